//! GraphQL: shapes as Salesforce gives them, the same records as SOQL gives, and what a user must not see.

use crate::support::{Answer, Fixture, read};
use reqwest::Method;
use serde_json::{Value, json};

async fn post(fixture: &Fixture, token: &str, body: &Value) -> Answer {
    let request = fixture.request(0, Method::POST, token, "/services/data/v67.0/graphql");
    read(request.header("content-type", "application/json").body(body.to_string()).send().await.unwrap()).await
}

async fn ask(fixture: &Fixture, token: &str, query: &str, variables: Value) -> Value {
    let answer = post(fixture, token, &json!({ "query": query, "variables": variables })).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

/// `data` of an answer without errors.
async fn data(fixture: &Fixture, token: &str, query: &str, variables: Value) -> Value {
    let mut answer = ask(fixture, token, query, variables).await;
    assert_eq!(answer["errors"], json!([]), "{answer}");
    answer["data"].take()
}

#[tokio::test]
async fn smoke() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    for query in [
        "{uiapi{query{Account(first:2, orderBy:{Name:{order:DESC}}, where:{Contacts:1}){edges{cursor node{Id}}}}}}",
        "{uiapi{query{Account(first:2, orderBy:{Name:{order:DESC}}, where:{Name:{like:\"%a%\"}}){totalCount pageInfo{hasNextPage hasPreviousPage startCursor endCursor} edges{cursor node{__typename Id ApiName WeakEtag DisplayValue Name{__typename value displayValue} Owner{Name{value}} AnnualRevenue{value displayValue} CreatedDate{value displayValue} Contacts(first:2){totalCount edges{node{Id LastName{value} Account{Name{value}}}}}}}}}}}",
        "{uiapi{query{Task(first:2, where:{What:{Account:{Name:{ne:null}}}}){edges{node{Id Subject{value} What{__typename Id ...on Account{Name{value} Owner{Alias{value}}} ...on Case{CaseNumber{value}}}}}}}}}",
        "{uiapi{aggregate{Account(groupBy:{Industry:{group:true}}, orderBy:{Industry:{order:ASC}} first:3){totalCount edges{node{aggregate{Industry{value} AnnualRevenue{avg{value displayValue} sum{value}} Id{count{value}}}}} pageInfo{hasNextPage endCursor}}}}}",
        "{uiapi{aggregate{Opportunity{totalCount edges{node{aggregate{Amount{avg{value displayValue}}}}}}}}}",
        "{uiapi{aggregate{Opportunity(groupBy:{CloseDate:{function:CALENDAR_YEAR}}){totalCount edges{node{aggregate{CloseDate{calendarYear{value} count{value}}}}}}}}}",
        "{uiapi{objectInfos(apiNames:[\"Case\",\"Nope\"]){ApiName label nameFields fields{ApiName dataType ...on PicklistField{picklistValuesByRecordTypeIDs{recordTypeID picklistValues{label value}}}}}} rateLimit{cost limit remaining}}",
        "{uiapi{currentUser{Id Name{value}} relatedListByName(parentApiName:\"Account\",relatedListName:\"Contacts\"){label childApiName displayColumns{fieldApiName label sortable} orderedByInfo{fieldApiName sortDirection}}}}",
        "mutation{uiapi{AccountCreate(input:{Account:{Name:\"x\"}}){Record{Id Name{value}}} c:ContactCreate(input:{Contact:{LastName:\"y\",AccountId:\"@{AccountCreate}\"}}){Record{Id Account{Name{value}}}} ContactDelete(input:{Id:\"@{c}\"}){Id}}}",
        "{uiapi{query{Account{",
        "{uiapi{query{Nope{edges{node{Id}}}}}}",
        "{uiapi{query{Account(foo:1, first:\"x\"){edges{node{Id Nope{value} Secret @optional{value} Name}}}}}}",
        "query($a:String,$b:Int){uiapi{query{Account(where:{Name:{eq:$c}}){totalCount}}}}",
        "{__schema{queryType{name} types{name}} __type(name:\"PageInfo\"){fields{name type{kind name ofType{name}}}}}",
    ] {
        let started = std::time::Instant::now();
        let answer = ask(&fixture, &token, query, json!({})).await;
        let text = serde_json::to_string(&answer).unwrap();
        println!("{query}\n{:?} {} {}\n", started.elapsed(), text.len(), text.chars().take(1800).collect::<String>());
    }
}
