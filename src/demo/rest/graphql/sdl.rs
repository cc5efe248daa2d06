//! The GraphQL schema of an org as text: the fixed part from `assets/demo/base.graphql`, the rest made from the model.
//!
//! Names of types and arguments are Salesforce's. What is not in the model is not in the schema, so validation refuses it.
//! <https://developer.salesforce.com/docs/platform/graphql/guide/schema-conventions.html>

use super::kinds::{DATE_FUNCTIONS, KINDS, Kind, Spelling, TIME_FUNCTIONS};
use super::model::{Field, Model, Object};
use std::fmt::Write as _;

const BASE: &str = include_str!("../../../../assets/demo/base.graphql");
/// What `Record` promises besides fields of the object.
const OF_RECORD: &str =
    "Id: ID! ApiName: String! WeakEtag: Long! DisplayValue: String RecordTypeId(fallback: Boolean): IDValue";
/// Fields of one in an object's metadata.
const OF_FIELD: &str = "ApiName: String! calculated: Boolean! compound: Boolean! compoundFieldName: String \
    controllerName: String createable: Boolean! custom: Boolean! dataType: DataType extraTypeInfo: String \
    filterable: Boolean! highScaleNumber: Boolean! htmlFormatted: Boolean! inlineHelpText: String label: String \
    length: Int! nameField: Boolean! polymorphicForeignKey: Boolean! precision: Int! reference: Boolean! \
    referenceTargetField: String referenceToInfos: [ReferenceToInfo]! relationshipName: String required: Boolean! \
    scale: Int! sortable: Boolean! unique: Boolean! updateable: Boolean!";

/// The whole schema.
pub(super) fn text(model: &Model) -> String {
    let mut out = String::from(BASE);
    kinds(&mut out);
    for (kind, more) in [("interface Field", ""), ("type StandardField implements Field", "")] {
        let _ = writeln!(out, "{kind} {{ {OF_FIELD}{more} }}");
    }
    let picklists = "picklistValuesByRecordTypeIDs: [PicklistValuesForRecordType!]";
    let _ = writeln!(out, "type PicklistField implements Field {{ {OF_FIELD} {picklists} }}");
    let (mut queries, mut aggregates, mut mutations, mut joins) = Default::default();
    for object in model.objects.values() {
        record(&mut out, object);
        inputs(&mut out, model, object);
        aggregate(&mut out, object);
        roots(object, &mut queries, &mut aggregates);
        write(&mut out, object, &mut mutations);
        let _: &mut String = &mut joins;
        let _ = write!(joins, " {name}: {name}_Filter", name = object.name);
    }
    for (head, body) in [
        ("type RecordQuery", queries),
        ("type RecordQueryAggregate", aggregates),
        ("type UIAPIMutations", mutations),
        ("input JoinInput", format!("ApiName: String{joins}")),
    ] {
        let _ = writeln!(out, "{head} {{ {body} }}");
    }
    out
}

/// Wrappers of values, operators and aggregates, one of each for a type.
fn kinds(out: &mut String) {
    let mut done: Vec<&str> = Vec::new();
    for kind in KINDS.iter() {
        if done.contains(&kind.name) {
            continue;
        }
        done.push(kind.name);
        let Kind { name, scalar, operators, .. } = kind;
        let mut value = format!("value: {scalar} displayValue: String");
        if kind.is_formatted() {
            value.push_str(" format: String");
        }
        if kind.name.ends_with("Picklist") {
            value.push_str(" label: String");
        }
        let _ = writeln!(out, "type {name}Value implements FieldValue {{ {value} }}");
        let _ = writeln!(out, "input {operators}Operators {{ {} }}", comparisons(kind));
        if kind.aggregate() != kind.name {
            continue;
        }
        let mut of = format!("{value} count: LongValue countDistinct: LongValue grouping: IntValue");
        if kind.name != "Boolean" {
            let _ = write!(of, " min: {name}Value max: {name}Value");
        }
        if let Some((sum, avg)) = kind.sums {
            let _ = write!(of, " sum: {sum} avg: {avg}");
        }
        if kind.is_dated() {
            for (function, field) in DATE_FUNCTIONS {
                let _ = write!(of, " {field}: {}", if function == "DAY_ONLY" { "DateValue" } else { "LongValue" });
            }
        }
        let _ = writeln!(out, "type {name}Aggregate implements FieldValue {{ {of} }}");
    }
}

fn functions(kind: &Kind) -> impl Iterator<Item = (&'static str, &'static str)> {
    let (dated, timed) = (kind.is_dated(), kind.spelling == Spelling::DateTime);
    DATE_FUNCTIONS.into_iter().filter(move |(name, _)| dated && (timed || !TIME_FUNCTIONS.contains(name)))
}

fn comparisons(kind: &Kind) -> String {
    let one = match kind.spelling {
        Spelling::Date => "DateInput",
        Spelling::DateTime => "DateTimeInput",
        _ => kind.scalar,
    };
    let mut out = format!("eq: {one} ne: {one}");
    if kind.name == "MultiPicklist" {
        let _ = write!(out, " includes: [{one}] excludes: [{one}]");
        return out;
    }
    if kind.spelling != Spelling::Bool {
        let _ = write!(out, " lt: {one} lte: {one} gt: {one} gte: {one} in: [{one}] nin: [{one}]");
    }
    if kind.spelling == Spelling::Text && kind.name != "ID" {
        let _ = write!(out, " like: {one}");
    }
    if kind.name == "ID" {
        out.push_str(" inq: JoinInput ninq: JoinInput");
    }
    for (name, _) in functions(kind) {
        let of = if name == "DAY_ONLY" { "DateOperators" } else { "DateFunctionInput" };
        let _ = write!(out, " {name}: {of}");
    }
    out
}

/// A record, and the connection that pages through many.
fn record(out: &mut String, object: &Object) {
    let name = &object.name;
    let _ = write!(out, "type {name} implements Record {{ {OF_RECORD}");
    for (field, of) in object.fields.iter().filter(|(field, _)| !["Id", "RecordTypeId"].contains(&field.as_str())) {
        let _ = write!(out, " {field}: {}Value", of.kind.name);
    }
    for (relation, parent) in &object.parents {
        let _ = match parent.only() {
            Some(only) => write!(out, " \"parentRelationship\" {relation}: {only}"),
            None => write!(out, " \"polymorphicParentRelationship\" {relation}: {name}_{relation}"),
        };
    }
    for (relation, child) in &object.children {
        let of = &child.object;
        let _ = write!(
            out,
            " \"childRelationship\" {relation}(first: Int, after: String, where: {of}_Filter, orderBy: {of}_OrderBy, upperBound: Int): {of}Connection"
        );
    }
    out.push_str(" }\n");
    for (relation, parent) in object.parents.iter().filter(|(_, parent)| parent.only().is_none()) {
        let _ = writeln!(out, "union {name}_{relation} = {}", parent.to.join(" | "));
    }
    connection(out, name, name, "pageResultCount: Int!");
}

fn connection(out: &mut String, name: &str, node: &str, more: &str) {
    let _ = writeln!(out, "type {name}Edge {{ node: {node} cursor: String! }}");
    let _ =
        writeln!(out, "type {name}Connection {{ edges: [{name}Edge] pageInfo: PageInfo! totalCount: Int! {more} }}");
}

/// Filters and orders.
fn inputs(out: &mut String, model: &Model, object: &Object) {
    let name = &object.name;
    let mut filter = format!("and: [{name}_Filter] or: [{name}_Filter] not: {name}_Filter");
    let mut order = String::new();
    for (field, of) in &object.fields {
        if of.is("filterable") {
            let _ = write!(filter, " {field}: {}Operators", of.kind.operators);
        }
        if of.is("sortable") {
            let _ = write!(order, " {field}: {}", of.kind.order());
        }
    }
    for (relation, parent) in &object.parents {
        if let Some(only) = parent.only() {
            let _ = write!(filter, " {relation}: {only}_Filter");
            let _ = write!(order, " {relation}: {only}_OrderBy");
            continue;
        }
        let _ = write!(filter, " {relation}: {name}_{relation}_Filters");
        let each = parent.to.iter().filter(|to| model.object(to).is_some());
        let each: Vec<String> = each.map(|to| format!("{to}: {to}_Filter")).collect();
        let _ = writeln!(out, "input {name}_{relation}_Filters {{ {} }}", each.join(" "));
    }
    let _ = writeln!(out, "input {name}_Filter {{ {filter} }}");
    let _ = writeln!(out, "input {name}_OrderBy {{ {order} }}");
}

/// Groups of records.
fn aggregate(out: &mut String, object: &Object) {
    let name = &object.name;
    let (mut group, mut fields) = (String::from("type: GroupByType"), String::from("ApiName: String!"));
    for (field, of) in object.fields.iter().filter(|(_, of)| is_counted(of)) {
        let _ = write!(fields, " {field}: {}Aggregate", of.kind.aggregate());
        if of.kind.is_dated() {
            let _ = write!(group, " {field}: GroupByDateFunction");
        } else if of.is("groupable") {
            let _ = write!(group, " {field}: GroupByClause");
        }
    }
    let _ = writeln!(out, "input {name}_GroupBy {{ {group} }}");
    let _ = writeln!(out, "type {name}Aggregate {{ {fields} }}");
    let _ = writeln!(out, "type {name}Result {{ aggregate: {name}Aggregate }}");
    connection(out, &format!("{name}Aggregate"), &format!("{name}Result"), "");
}

/// Whether anything can be told of groups by the field.
fn is_counted(field: &Field) -> bool {
    field.is("aggregatable") || field.is("groupable")
}

/// The ways in.
fn roots(object: &Object, queries: &mut String, aggregates: &mut String) {
    let name = &object.name;
    let scope = object.scope_type();
    let common = format!(
        "first: Int, after: String, where: {name}_Filter, orderBy: {name}_OrderBy, scope: {scope}, upperBound: Int"
    );
    let _ = write!(queries, " {name}({common}, updateMRU: Boolean): {name}Connection");
    let _ = write!(aggregates, " {name}({common}, groupBy: {name}_GroupBy): {name}AggregateConnection");
}

/// What writing an object takes and gives.
fn write(out: &mut String, object: &Object, mutations: &mut String) {
    let name = &object.name;
    let _ = writeln!(out, "enum {} {{ {} }}", object.scope_type(), object.scopes.join(" "));
    for (verb, can, id) in [("Create", "createable", ""), ("Update", "updateable", "Id: IdOrRef! ")] {
        let fields = object.fields.iter().filter(|(_, field)| object.is(can) && field.is(can));
        let fields: Vec<String> = fields.map(|(name, field)| format!("{name}: {}", input(field))).collect();
        if fields.is_empty() {
            continue;
        }
        let _ = writeln!(out, "input {name}{verb}Representation {{ {} }}", fields.join(" "));
        let _ = writeln!(out, "input {name}{verb}Input {{ {id}{name}: {name}{verb}Representation! }}");
        let _ = writeln!(out, "type {name}{verb}Payload {{ Record: {name} success: Boolean }}");
        let _ = write!(mutations, " {name}{verb}(input: {name}{verb}Input!): {name}{verb}Payload");
    }
    if object.is("deletable") {
        let _ = write!(mutations, " {name}Delete(input: RecordDeleteInput!): RecordDeletePayload");
    }
}

fn input(field: &Field) -> &'static str {
    if field.kind.name == "ID" { "IdOrRef" } else { field.kind.scalar }
}

impl Object {
    fn scope_type(&self) -> String {
        format!("{}_SCOPE", self.name.to_uppercase())
    }
}
