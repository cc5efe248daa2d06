//! The rows that are written down, not made by chance: the org, its people, and what they may do.

use super::id;
use super::make::last_day;
use super::schema::{Schema, Type};
use super::spec::{Access, DataError, DemoUser, Fate, OrgKind, OrgSpec};
use rusqlite::Connection;
use rusqlite::types::Value;
use serde::Deserialize;
use std::collections::HashMap;

/// Who owns records; twice means twice as many.
const OWNERS: [&str; 8] = ["sales", "sales", "north-2", "south-2", "south-2", "gone", "head-of-sales", "desk"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    row: Vec<Raw>,
}

#[derive(Deserialize)]
struct Raw {
    object: String,
    key: String,
    fate: Option<Fate>,
    access: Option<Access>,
    #[serde(flatten)]
    fields: toml::Table,
}

struct Written {
    object: usize,
    key: i64,
    fate: Option<Fate>,
    access: Option<Access>,
    fields: Vec<(String, Value)>,
}

pub(super) struct People {
    rows: Vec<Written>,
    keys: HashMap<String, i64>,
}

impl People {
    pub(super) fn load(spec: &OrgSpec, schema: &Schema) -> Result<Self, DataError> {
        let text = concat!(
            include_str!("../../../assets/demo/people.toml"),
            "\n",
            include_str!("../../../assets/demo/code.toml"),
            "\n",
            include_str!("../../../assets/demo/groups.toml")
        );
        let file: File = toml::from_str(text).map_err(|error| DataError::Schema(error.to_string()))?;
        let mut counts = vec![0i64; schema.objects.len()];
        let mut keys = HashMap::new();
        let mut found = Vec::new();
        for raw in file.row {
            let object = schema.object(&raw.object).ok_or_else(|| wrong(&raw.key, &raw.object))?;
            let seq = counts.get_mut(object.index).ok_or_else(|| wrong(&raw.key, &raw.object))?;
            let key = id::key(object.index, *seq);
            *seq += 1;
            keys.insert(raw.key.clone(), key);
            found.push((object, key, raw));
        }
        let mut rows = Vec::new();
        for (object, key, raw) in found {
            let mut fields = Vec::new();
            for (name, value) in &raw.fields {
                let field = object.field(name).filter(|field| field.name() == name && field.stored());
                let field = field.ok_or_else(|| wrong(&raw.key, name))?;
                let read = read(value, field.raw.kind, spec, &keys).ok_or_else(|| wrong(&raw.key, name))?;
                fields.push((name.clone(), read));
            }
            let (fate, access) = (raw.fate, raw.access);
            rows.push(Written { object: object.index, key, fate, access, fields });
        }
        Ok(Self { rows, keys })
    }

    /// The key of a written row; 0, which is no record, if there is none.
    pub(super) fn key(&self, name: &str) -> i64 {
        self.keys.get(name).copied().unwrap_or(0)
    }

    pub(super) fn owners(&self) -> Vec<i64> {
        OWNERS.iter().map(|name| self.key(name)).collect()
    }

    pub(super) fn insert(&self, db: &Connection, schema: &Schema) -> Result<(), DataError> {
        let admin = self.key("admin");
        for (at, row) in self.rows.iter().enumerate() {
            let Some(object) = schema.at(row.object) else { continue };
            let mut fields = row.fields.clone();
            fields.push(("Id".to_owned(), Value::Integer(row.key)));
            fields.push(("IsDeleted".to_owned(), Value::Integer(0)));
            fields.push(("CreatedDate".to_owned(), Value::Integer(modified(at) - 90_000_000)));
            fields.push(("LastModifiedDate".to_owned(), Value::Integer(modified(at))));
            fields.push(("CreatedById".to_owned(), Value::Integer(admin)));
            fields.push(("LastModifiedById".to_owned(), Value::Integer(admin)));
            let names: Vec<String> = fields.iter().map(|(name, _)| format!("\"{name}\"")).collect();
            let marks = vec!["?"; fields.len()].join(",");
            let sql = format!("INSERT INTO \"{}\" ({}) VALUES ({marks})", object.name(), names.join(","));
            db.execute(&sql, rusqlite::params_from_iter(fields.into_iter().map(|(_, value)| value)))?;
        }
        Ok(())
    }

    /// The users, with their keys and the keys of their roles.
    pub(super) fn users(&self, write: impl Fn(i64) -> String) -> Vec<(i64, Option<i64>, DemoUser)> {
        let rows = self.rows.iter().enumerate();
        rows.filter_map(|(at, row)| {
            let (fate, access) = (row.fate?, row.access?);
            let text = |name: &str| self.text(row, name);
            let user = DemoUser {
                id: write(row.key),
                username: text("Username"),
                alias: text("Alias"),
                first_name: text("FirstName"),
                last_name: text("LastName"),
                email: text("Email"),
                title: text("Title"),
                profile: self.linked(row, "ProfileId").map(|profile| self.text(profile, "Name")).unwrap_or_default(),
                role: self.linked(row, "UserRoleId").map(|role| self.text(role, "Name")),
                fate,
                access,
                timezone: text("TimeZoneSidKey"),
                locale: text("LocaleSidKey"),
                language: text("LanguageLocaleKey"),
                last_modified: super::shape::datetime(modified(at)),
            };
            Some((row.key, self.linked(row, "UserRoleId").map(|role| role.key), user))
        })
        .collect()
    }

    fn text(&self, row: &Written, name: &str) -> String {
        match row.fields.iter().find(|(own, _)| own == name) {
            Some((_, Value::Text(text))) => text.clone(),
            _ => String::new(),
        }
    }

    fn linked(&self, row: &Written, name: &str) -> Option<&Written> {
        let (_, value) = row.fields.iter().find(|(own, _)| own == name)?;
        self.rows.iter().find(|other| *value == Value::Integer(other.key))
    }
}

fn wrong(key: &str, what: &str) -> DataError {
    DataError::Schema(format!("people: {key}: {what}"))
}

/// When the row of this number was last modified, in seconds since 1970.
fn modified(at: usize) -> i64 {
    last_day() * 86_400 - 3_600 * 31 * (1 + at as i64)
}

fn read(value: &toml::Value, kind: Type, spec: &OrgSpec, keys: &HashMap<String, i64>) -> Option<Value> {
    let text = match value {
        toml::Value::String(text) => text,
        toml::Value::Integer(number) => return Some(Value::Integer(*number)),
        toml::Value::Boolean(flag) => return Some(Value::Integer(i64::from(*flag))),
        _ => return None,
    };
    if let Some(name) = text.strip_prefix('@') {
        return keys.get(name).map(|key| Value::Integer(*key));
    }
    if kind == Type::Boolean {
        return (text == "{sandbox}").then(|| Value::Integer(i64::from(spec.kind == OrgKind::Sandbox)));
    }
    let filled =
        text.replace("{domain}", &spec.domain).replace("{instance}", &spec.instance_name).replace("{name}", &spec.name);
    Some(Value::Text(filled))
}
