//! `query?columns=true`: what columns a query has, without its rows. The Salesforce CLI asks it after every query, to know
//! what to print.

use super::error::SfError;
use super::function::{Made, Typed};
use super::path::{Place, Planner, Scope, Step};
use super::plan::Plan;
use super::schema::{Field, Object, Type};
use super::select;
use crate::soql::{Expr, Query, SelectItem};
use serde_json::{Value, json};

/// One column, or a parent or children with theirs.
#[derive(Default)]
struct Column {
    name: String,
    display: String,
    /// A function over rows, or child rows.
    aggregate: bool,
    kind: Option<Type>,
    custom: bool,
    foreign_key: Option<String>,
    insertable: bool,
    updatable: bool,
    join: Vec<Column>,
}

impl<'q> Planner<'q> {
    /// `{columnMetadata, entityName, groupBy, idSelected, keyPrefix}` of a query and its plan.
    pub(super) fn columns(&mut self, query: &Query, plan: &Plan) -> Result<Value, SfError> {
        let mut scope = self.from(query)?;
        let columns = self.columns_of(&mut scope, query, plan)?;
        let id = columns.iter().any(|column| column.name == "Id" && !column.aggregate);
        Ok(json!({
            "columnMetadata": columns.iter().map(Column::to_json).collect::<Vec<_>>(),
            "entityName": scope.object.name(),
            "groupBy": query.grouping.is_some(),
            "idSelected": id,
            "keyPrefix": scope.object.raw.prefix,
        }))
    }

    fn columns_of(&mut self, scope: &mut Scope<'q>, query: &Query, plan: &Plan) -> Result<Vec<Column>, SfError> {
        if let Some(grouping) = &query.grouping {
            self.group_by(scope, grouping)?;
        }
        let mut all = Vec::new();
        let mut keys = plan.nodes.iter().map(select::key_of);
        let mut children = plan.children.iter();
        for item in &query.select {
            match item {
                SelectItem::Expr { expr: Expr::Field(path), alias } => {
                    let place = self.resolve(scope, path)?;
                    let (steps, field) = if query.grouping.is_some() { (Vec::new(), place) } else { split(place) };
                    let mut column = Column::of(field.object, field.field, field.kind, &field.key);
                    column.name = alias.as_ref().map_or(column.name, |alias| alias.text.clone());
                    insert(&mut all, &steps, column);
                }
                SelectItem::Expr { expr: Expr::Call { name, .. }, .. } if name.is("FIELDS") => {
                    let own: Vec<&str> = keys.by_ref().collect();
                    for name in own {
                        let Some(field) = self.eyes.field(scope.object, name) else { continue };
                        insert(&mut all, &[], Column::of(scope.object, field, field.raw.kind, name));
                    }
                }
                SelectItem::Expr { expr, alias } => {
                    let typed = self.typed(scope, expr)?;
                    let unnamed = all.iter().filter(|column: &&Column| column.name.starts_with("expr")).count();
                    let mut column = self.called(scope, expr, typed, unnamed);
                    column.name = alias.as_ref().map_or(column.name, |alias| alias.text.clone());
                    all.push(column);
                }
                SelectItem::TypeOf { what, cases } => self.columns_of_cases(scope, what, cases, &mut all)?,
                SelectItem::Children(inner) => {
                    let (name, object, _) = self.child(scope, inner)?;
                    let plan = children.next().ok_or_else(SfError::internal)?;
                    let mut below = self.below();
                    let mut scope = below.scope(object);
                    below.short_names(&mut scope, inner)?;
                    let join = below.columns_of(&mut scope, inner, plan)?;
                    all.push(Column { display: name.clone(), name, aggregate: true, join, ..Column::default() });
                }
            }
        }
        Ok(all)
    }

    fn columns_of_cases(
        &mut self,
        scope: &mut Scope<'q>,
        what: &crate::soql::Path,
        cases: &[crate::soql::TypeCase],
        all: &mut Vec<Column>,
    ) -> Result<(), SfError> {
        let (parents, last) = self.walkable(scope, what);
        let mut object = scope.object;
        let mut steps = Vec::new();
        for name in parents.iter().chain([&last]) {
            let field = self.eyes.relation(object, name).ok_or_else(|| self.no_relation(what, name))?;
            let relation = field.raw.rel.clone().unwrap_or_default();
            steps.push(Step { name: relation, key: field.name().to_owned(), id: String::new() });
            object = field.to.iter().find_map(|to| self.eyes.at(*to)).ok_or_else(SfError::internal)?;
        }
        for case in cases {
            let target = case.object.as_ref().and_then(|name| self.eyes.object(&name.text)).unwrap_or(object);
            for path in &case.fields {
                let mut scope = self.scope(target);
                let column = match self.resolve(&mut scope, path) {
                    Ok(place) => {
                        let (more, place) = split(place);
                        let column = Column::of(place.object, place.field, place.kind, &place.key);
                        insert(all, &[steps.clone(), more].concat(), column);
                        continue;
                    }
                    // A field of the entity Name that this object does not have.
                    Err(_) => path.last().map_or("", |name| name.text.as_str()).to_owned(),
                };
                let column =
                    Column { display: column.clone(), name: column, kind: Some(Type::String), ..Column::default() };
                insert(all, &steps, column);
            }
        }
        Ok(())
    }

    /// The column of a function.
    fn called(&self, scope: &Scope<'q>, expr: &Expr, typed: Typed<'q>, unnamed: usize) -> Column {
        if matches!(typed.made, Made::Label | Made::Shown) {
            let field = typed.field.map(|field| Column::of(scope.object, field, typed.kind, &typed.name));
            let plain =
                Column { display: typed.name.clone(), name: typed.name, kind: Some(typed.kind), ..Column::default() };
            return field.unwrap_or(plain);
        }
        let display = display(expr);
        Column { name: format!("expr{unnamed}"), display, aggregate: true, kind: Some(typed.kind), ..Column::default() }
    }
}

/// The steps to a field, and the field.
fn split<'q>(mut place: Place<'q>) -> (Vec<Step>, Place<'q>) {
    (std::mem::take(&mut place.steps), place)
}

/// `avg(Amount)`: the function in lower case, the rest as written.
fn display(expr: &Expr) -> String {
    match expr {
        Expr::Field(path) => path.dotted(),
        Expr::Constant(_) => String::new(),
        Expr::Call { name, args, .. } => {
            let args: Vec<String> = args.iter().map(display).filter(|arg| !arg.is_empty()).collect();
            format!("{}({})", name.text.to_ascii_lowercase(), args.join(", "))
        }
    }
}

/// Puts a column below the parents that lead to it.
fn insert(mut level: &mut Vec<Column>, steps: &[Step], column: Column) {
    for step in steps {
        let found = level.iter().position(|own| own.foreign_key.is_some() && own.name == step.name);
        let at = found.unwrap_or_else(|| {
            let (name, display, foreign_key) = (step.name.clone(), step.name.clone(), Some(step.key.clone()));
            level.push(Column { name, display, foreign_key, ..Column::default() });
            level.len() - 1
        });
        let Some(parent) = level.get_mut(at) else { return };
        level = &mut parent.join;
    }
    if level.iter().all(|own| own.name != column.name) {
        level.push(column);
    }
}

impl Column {
    fn of(object: &Object, field: &Field, kind: Type, key: &str) -> Self {
        let own = field.name() == key;
        Self {
            name: key.to_owned(),
            display: key.to_owned(),
            kind: Some(kind),
            custom: field.custom(),
            insertable: own && field.writable() && object.can("create"),
            updatable: own && field.writable() && object.can("update"),
            ..Self::default()
        }
    }

    fn to_json(&self) -> Value {
        let number = matches!(self.kind, Some(Type::Int | Type::Double | Type::Currency | Type::Percent));
        let apex = self.kind.filter(|_| !self.aggregate).map(apex_type);
        json!({
            "aggregate": self.aggregate,
            "apexType": apex,
            "booleanType": self.kind == Some(Type::Boolean),
            "columnName": self.name,
            "custom": self.custom,
            "displayName": self.display,
            "foreignKeyName": self.foreign_key,
            "insertable": self.insertable,
            "joinColumns": self.join.iter().map(Self::to_json).collect::<Vec<_>>(),
            "numberType": number,
            "textType": self.kind.is_some_and(|kind| apex_type(kind) == "String"),
            "updatable": self.updatable,
        })
    }
}

fn apex_type(kind: Type) -> &'static str {
    match kind {
        Type::Id | Type::Reference => "Id",
        Type::Boolean => "Boolean",
        Type::Int => "Integer",
        Type::Double | Type::Percent => "Double",
        Type::Currency => "Decimal",
        Type::Date => "Date",
        Type::Datetime => "Datetime",
        Type::Address => "Address",
        Type::Base64 => "Base64",
        _ => "String",
    }
}
