//! List views: which there are for an object, what they show, and the query each of them is.
//!
//! Every object with layouts has four by itself; `setup.toml` tells the others. A view that filters by a field the user
//! does not see is not there for him, and a column he does not see is left out.

use super::atlas::{Atlas, Entity, flag, list, not_found, text};
use super::layout::label;
use super::setup::{ListSpec, made_id, same_id, setup};
use crate::demo::data::SfError;
use serde_json::Value;
use std::rc::Rc;

/// Whose records a view shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::demo::rest) enum Reach {
    Everything,
    Mine,
    Recent,
}

impl Reach {
    pub(in crate::demo::rest) fn name(self) -> &'static str {
        match self {
            Self::Everything => "everything",
            Self::Mine => "mine",
            Self::Recent => "mru",
        }
    }
}

/// A list view.
pub(in crate::demo::rest) struct ListView {
    pub(in crate::demo::rest) id: String,
    pub(in crate::demo::rest) name: String,
    pub(in crate::demo::rest) label: String,
    pub(in crate::demo::rest) reach: Reach,
    pub(in crate::demo::rest) filters: Vec<Filter>,
    pub(in crate::demo::rest) columns: Vec<Column>,
    pub(in crate::demo::rest) entity: Rc<Entity>,
}

/// A condition of a view; all of them hold.
pub(in crate::demo::rest) struct Filter {
    pub(in crate::demo::rest) field: String,
    pub(in crate::demo::rest) label: String,
    /// As in `equals`, `notEqual`, `greaterThan`.
    pub(in crate::demo::rest) operator: String,
    pub(in crate::demo::rest) values: Vec<String>,
    quoted: bool,
}

/// What a view shows of a record.
#[derive(Clone)]
pub(in crate::demo::rest) struct Column {
    /// Of names with dots.
    pub(in crate::demo::rest) path: String,
    pub(in crate::demo::rest) label: String,
    /// As in a describe.
    pub(in crate::demo::rest) kind: String,
    pub(in crate::demo::rest) sortable: bool,
    /// The path of the id behind a name.
    pub(in crate::demo::rest) lookup: Option<String>,
    pub(in crate::demo::rest) hidden: bool,
}

/// Columns that are always fetched and never shown.
const HIDDEN: [&str; 4] = ["Id", "CreatedDate", "LastModifiedDate", "SystemModstamp"];

/// The views of an object that the user has.
pub(in crate::demo::rest) fn of(atlas: &Atlas<'_>, entity: &Rc<Entity>) -> Vec<ListView> {
    let plural: String = entity.text("labelPlural").split_whitespace().collect();
    let words = entity.text("labelPlural");
    let new = vec![vec!["CreatedDate".to_owned(), "equals".to_owned(), "THIS_WEEK".to_owned()]];
    let mut usual = vec![
        (format!("All{plural}"), format!("All {words}"), Reach::Everything, Vec::new()),
        (format!("RecentlyViewed{plural}"), format!("Recently Viewed {words}"), Reach::Recent, Vec::new()),
        ("NewThisWeek".to_owned(), "New This Week".to_owned(), Reach::Everything, new),
    ];
    if entity.field("OwnerId").is_some() {
        usual.insert(1, (format!("My{plural}"), format!("My {words}"), Reach::Mine, Vec::new()));
    }
    let face = setup().face(entity.name());
    let own = face.map(|face| face.list.as_slice()).unwrap_or_default().iter().map(spec);
    let columns = columns(atlas, entity);
    let all = usual.into_iter().chain(own).enumerate().filter_map(|(place, (name, label, reach, filters))| {
        let filters = filters.iter().map(|parts| filter(entity, parts)).collect::<Option<Vec<_>>>()?;
        let id = made_id(atlas.caller.org, "00B", entity.prefix(), place + 1);
        Some(ListView { id, name, label, reach, filters, columns: columns.clone(), entity: Rc::clone(entity) })
    });
    all.collect()
}

fn spec(spec: &ListSpec) -> (String, String, Reach, Vec<Vec<String>>) {
    let reach = if spec.mine { Reach::Mine } else { Reach::Everything };
    (spec.name.clone(), spec.label.clone(), reach, spec.filters.clone())
}

/// A view of an object by its id or its name.
pub(in crate::demo::rest) fn find(atlas: &Atlas<'_>, entity: &Rc<Entity>, key: &str) -> Result<ListView, SfError> {
    of(atlas, entity).into_iter().find(|view| same_id(&view.id, key) || view.name == key).ok_or_else(not_found)
}

/// A view by its id alone.
pub(in crate::demo::rest) fn by_id(atlas: &Atlas<'_>, id: &str) -> Option<ListView> {
    let mut all = atlas.names().into_iter().filter_map(|name| atlas.entity(&name).ok());
    all.find_map(|entity| of(atlas, &entity).into_iter().find(|view| same_id(&view.id, id)))
}

fn filter(entity: &Entity, parts: &[String]) -> Option<Filter> {
    let [name, operator, values @ ..] = parts else { return None };
    let field = entity.field(name)?;
    let kind = text(field, "type");
    let plain = ["boolean", "int", "double", "currency", "percent", "date", "datetime"].contains(&kind);
    Some(Filter {
        field: text(field, "name").to_owned(),
        label: label(field).to_owned(),
        operator: operator.clone(),
        values: values.to_vec(),
        quoted: !plain,
    })
}

/// The columns of an object's views that the user sees: those of the setup, or the record's name.
pub(in crate::demo::rest) fn columns(atlas: &Atlas<'_>, entity: &Entity) -> Vec<Column> {
    let face = setup().face(entity.name());
    let paths = face.map(|face| face.columns.as_slice()).unwrap_or_default();
    let mut columns: Vec<Column> = paths.iter().filter_map(|path| column(atlas, entity, path)).collect();
    if columns.is_empty() {
        columns.extend(entity.name_field().and_then(|name| column(atlas, entity, name)));
    }
    for name in HIDDEN {
        if !columns.iter().any(|column| column.path == name) {
            columns.extend(column(atlas, entity, name).map(|column| Column { hidden: true, ..column }));
        }
    }
    columns
}

/// The column at a path, if the user sees all of it.
pub(in crate::demo::rest) fn column(atlas: &Atlas<'_>, entity: &Entity, path: &str) -> Option<Column> {
    let make = |field: &Value, path: String, label: String, lookup: Option<String>| Column {
        path,
        label,
        kind: text(field, "type").to_owned(),
        sortable: flag(field, "sortable"),
        lookup,
        hidden: false,
    };
    let Some((relation, rest)) = path.split_once('.') else {
        let field = entity.field(path)?;
        let name = text(field, "name");
        let lookup = match text(field, "type") {
            "reference" => Some(name.to_owned()),
            _ => flag(field, "nameField").then(|| "Id".to_owned()),
        };
        return Some(make(field, name.to_owned(), label(field).to_owned(), lookup));
    };
    let reference = entity.relation(relation)?;
    let relation = text(reference, "relationshipName");
    let parent = list(reference, "referenceTo").iter().filter_map(Value::as_str).next()?;
    let parent = atlas.entity(parent).ok()?;
    let field = parent.field(rest)?;
    let name = text(field, "name");
    let names = flag(field, "nameField");
    let shown = if names { label(reference).to_owned() } else { format!("{} {}", label(reference), label(field)) };
    Some(make(field, format!("{relation}.{name}"), shown, names.then(|| format!("{relation}.Id"))))
}

impl ListView {
    /// The SOQL of the view. `labels`: with `toLabel` around picklists, as a describe tells it.
    pub(in crate::demo::rest) fn soql(&self, labels: bool) -> String {
        let columns: Vec<String> = self.columns.iter().map(|column| column.selected(labels)).collect();
        let mut soql = format!("SELECT {} FROM {}", columns.join(", "), self.entity.name());
        if self.reach != Reach::Everything {
            soql.push_str(&format!(" USING SCOPE {}", self.reach.name()));
        }
        soql.push_str(&self.rest());
        soql
    }

    /// What follows `FROM` and the scope: the conditions and the order.
    pub(in crate::demo::rest) fn rest(&self) -> String {
        let order = self.ordered();
        let order: Vec<String> = order.iter().map(|path| format!("{path} ASC NULLS FIRST")).collect();
        format!("{} ORDER BY {}", self.condition(), order.join(", "))
    }

    /// ` WHERE …`, or nothing.
    fn condition(&self) -> String {
        let all: Vec<String> = self.filters.iter().map(Filter::soql).collect();
        if all.is_empty() { String::new() } else { format!(" WHERE {}", all.join(" AND ")) }
    }

    /// The paths it is sorted by.
    pub(in crate::demo::rest) fn ordered(&self) -> Vec<&str> {
        let first = self.columns.iter().find(|column| column.sortable && !column.hidden);
        first.map(|column| column.path.as_str()).into_iter().chain(["Id"]).collect()
    }

    /// The columns a person sees.
    pub(in crate::demo::rest) fn shown(&self) -> impl Iterator<Item = &Column> + Clone {
        self.columns.iter().filter(|column| !column.hidden)
    }
}

impl Column {
    /// As it is selected: the label of a picklist's value, not the value.
    pub(in crate::demo::rest) fn selected(&self, labels: bool) -> String {
        let picklist = self.kind == "picklist" || self.kind == "multipicklist";
        if labels && picklist { format!("toLabel({})", self.path) } else { self.path.clone() }
    }
}

impl Filter {
    /// The values as they stand in SOQL.
    pub(in crate::demo::rest) fn literals(&self) -> Vec<String> {
        let quote = |value: &String| format!("'{}'", value.replace('\\', "\\\\").replace('\'', "\\'"));
        self.values.iter().map(|value| if self.quoted { quote(value) } else { value.clone() }).collect()
    }

    fn soql(&self) -> String {
        let values = self.literals();
        let sign = match self.operator.as_str() {
            "notEqual" => "!=",
            "lessThan" => "<",
            "greaterThan" => ">",
            "lessOrEqual" => "<=",
            "greaterOrEqual" => ">=",
            _ => "=",
        };
        match values.as_slice() {
            [value] => format!("{} {sign} {value}", self.field),
            several if sign == "!=" => format!("{} NOT IN ({})", self.field, several.join(", ")),
            several => format!("{} IN ({})", self.field, several.join(", ")),
        }
    }
}

/// A text within quotes and `LIKE` of SOQL.
pub(in crate::demo::rest) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if ['\\', '\'', '%', '_'].contains(&letter) {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}
