//! The schema: objects and fields as `assets/demo/schema.toml` tells them, with what every object has added.
//!
//! It is read once per org and then only looked at. Names in it become SQL, so they are checked to be plain words here.

use super::api::Tooling;
use super::audit::Audit;
use super::checks::{DuplicateRule, Rule};
use super::rollup::Rollup;
use super::spec::{Access, DataError};
use serde::Deserialize;
use std::collections::HashMap;

const TEXT: &str = include_str!("../../../assets/demo/schema.toml");
const TOOLING: &str = include_str!("../../../assets/demo/tooling.toml");

/// All objects, ordered by key prefix, so that a record's key tells its object and sorts as its id does. Those of the
/// Tooling API alone come last.
pub(super) struct Schema {
    pub(super) objects: Vec<Object>,
    by_name: HashMap<String, usize>,
}

/// Whose rows a person without full access sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Sharing {
    All,
    Owner,
    #[serde(rename = "self")]
    Oneself,
    /// Who sees the record that the `self` field leads to.
    Parent,
    /// Of a row that describes something: who sees what it describes.
    Schema,
}

pub(super) struct Object {
    pub(super) index: usize,
    /// What its records are drawn by.
    pub(super) draw: u64,
    pub(super) raw: RawObject,
    pub(super) fields: Vec<Field>,
    pub(super) children: Vec<Child>,
    by_name: HashMap<String, usize>,
    by_relation: HashMap<String, usize>,
}

/// A relationship seen from the parent.
#[derive(Clone, Debug)]
pub(super) struct Child {
    pub(super) object: usize,
    pub(super) field: usize,
    pub(super) name: Option<String>,
}

/// What a field tells of the user who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Mine {
    /// When he viewed the record last.
    Viewed,
    /// When he was led to it last.
    Referenced,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Type {
    Id,
    String,
    Textarea,
    Picklist,
    Multipicklist,
    Boolean,
    Int,
    Double,
    Currency,
    Percent,
    Date,
    Datetime,
    Reference,
    Phone,
    Email,
    Url,
    Address,
    /// Bytes, told as the address where they are.
    Base64,
}

pub(super) struct Field {
    pub(super) raw: RawField,
    /// Positions of the objects it may point to.
    pub(super) to: Vec<usize>,
    /// Of an address: its parts, as key in the answer and name of the field.
    pub(super) parts: Vec<(&'static str, String)>,
    /// The compound field it is a part of.
    pub(super) compound: Option<String>,
    pub(super) is_name: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawObject {
    pub(super) name: String,
    pub(super) label: String,
    pub(super) plural: String,
    #[serde(default)]
    pub(super) prefix: String,
    /// Whether it has no table: its rows are worked out when it is asked.
    #[serde(default)]
    pub(super) made: bool,
    #[serde(default)]
    pub(super) tooling: Tooling,
    #[serde(default)]
    bare: bool,
    #[serde(default)]
    can: Vec<String>,
    pub(super) sharing: Sharing,
    #[serde(rename = "self")]
    pub(super) oneself: Option<String>,
    #[serde(default = "yes")]
    pub(super) owner: bool,
    #[serde(default)]
    hide: Vec<Access>,
    /// Who sees its records and changes none.
    #[serde(default)]
    pub(super) read_only: Vec<Access>,
    /// Whose rows a person without full access changes, where that is not whose rows he sees.
    pub(super) edit: Option<Sharing>,
    #[serde(default)]
    pub(super) share: usize,
    /// Where its draws begin, for objects that came late: those before keep theirs.
    draw: Option<u64>,
    #[serde(default)]
    pub(super) fixed: usize,
    #[serde(default)]
    pub(super) rule: Vec<Rule>,
    #[serde(default)]
    pub(super) rollup: Vec<Rollup>,
    pub(super) duplicate: Option<DuplicateRule>,
    #[serde(default)]
    field: Vec<RawField>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawField {
    pub(super) name: String,
    pub(super) label: String,
    #[serde(rename = "type")]
    pub(super) kind: Type,
    #[serde(default)]
    pub(super) length: u32,
    #[serde(default)]
    pub(super) scale: u32,
    #[serde(default)]
    pub(super) values: Vec<String>,
    #[serde(default)]
    pub(super) preset: bool,
    #[serde(default)]
    pub(super) restricted: bool,
    #[serde(default)]
    pub(super) need: bool,
    #[serde(default)]
    to: Vec<String>,
    pub(super) rel: Option<String>,
    child: Option<String>,
    #[serde(default)]
    pub(super) cascade: bool,
    #[serde(default)]
    pub(super) index: bool,
    pub(super) sql: Option<String>,
    /// Whose value is another for each user.
    pub(super) mine: Option<Mine>,
    #[serde(default)]
    hide: Vec<Access>,
    #[serde(default)]
    pub(super) fixed: bool,
    #[serde(default)]
    pub(super) auto: bool,
    #[serde(default)]
    pub(super) external: bool,
    #[serde(default)]
    pub(super) unique: bool,
    /// Names a record as an external id does, without being one.
    #[serde(default)]
    pub(super) lookup: bool,
    /// A record that it points to cannot be deleted.
    #[serde(default)]
    pub(super) restrict: bool,
    /// `Reference.Field`, several with `|` between them: where the value comes from when none is given.
    pub(super) copy: Option<String>,
    /// SQL over the record: the field is the time since when it is true.
    pub(super) stamp: Option<String>,
    name_field: Option<bool>,
    /// Which of its values are offered with which of another field's.
    pub(super) depends: Option<Depends>,
    /// SQL over the row, which fills it once all rows are made.
    pub(super) seed: Option<String>,
    #[serde(rename = "gen")]
    pub(super) make: Option<String>,
    #[serde(default)]
    pub(super) null: u32,
}

/// What a picklist depends on.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Depends {
    /// The controlling field.
    pub(super) on: String,
    /// Its own values, each with those of the controlling field that it is offered with.
    pub(super) valid: HashMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSchema {
    object: Vec<RawObject>,
}

fn yes() -> bool {
    true
}

impl Schema {
    pub(super) fn load() -> Result<Self, DataError> {
        Self::read(&format!("{TEXT}\n{TOOLING}"))
    }

    fn read(text: &str) -> Result<Self, DataError> {
        let bad = |error: toml::de::Error| DataError::Schema(error.to_string());
        let mut raw: RawSchema = toml::from_str(text).map_err(bad)?;
        let audit = Audit::load()?;
        // What has no prefix has no records of its own, so that no key counts its place.
        let place = |object: &RawObject| (object.made, object.tooling == Tooling::Only);
        raw.object.sort_by(|one, other| (place(one), &one.prefix).cmp(&(place(other), &other.prefix)));
        let by_name: HashMap<String, usize> =
            raw.object.iter().enumerate().map(|(at, object)| (object.name.to_lowercase(), at)).collect();
        let mut objects = Vec::with_capacity(raw.object.len());
        let mut early = 0..;
        for (index, object) in raw.object.into_iter().enumerate() {
            let draw = object.draw.or_else(|| early.next()).unwrap_or_default();
            objects.push(Object { draw, ..Object::make(index, object, &audit, &by_name)? });
        }
        let mut schema = Self { objects, by_name };
        schema.link_children();
        Ok(schema)
    }

    pub(super) fn object(&self, name: &str) -> Option<&Object> {
        self.by_name.get(&name.to_lowercase()).and_then(|at| self.objects.get(*at))
    }

    pub(super) fn at(&self, index: usize) -> Option<&Object> {
        self.objects.get(index)
    }

    fn link_children(&mut self) {
        let mut found: Vec<(usize, Child)> = Vec::new();
        for object in self.objects.iter().filter(|object| !object.raw.made) {
            for (at, field) in object.fields.iter().enumerate() {
                for parent in &field.to {
                    found.push((*parent, Child { object: object.index, field: at, name: field.raw.child.clone() }));
                }
            }
        }
        for (parent, child) in found {
            if let Some(object) = self.objects.get_mut(parent) {
                object.children.push(child);
            }
        }
    }
}

impl Object {
    fn make(
        index: usize,
        mut raw: RawObject,
        audit: &Audit,
        objects: &HashMap<String, usize>,
    ) -> Result<Self, DataError> {
        let mut all = vec![audit.id.clone()];
        all.append(&mut raw.field);
        if raw.owner && !raw.made {
            all.push(audit.owner.clone());
        }
        if !raw.made {
            all.extend(audit.field.iter().cloned().map(|mut field| {
                if raw.bare {
                    field.hide = vec![Access::Admin, Access::Sales, Access::Integration];
                }
                field
            }));
        }
        if raw.made || raw.can.iter().any(|can| can == "layout") {
            all.extend(
                audit.mine.iter().cloned().map(|field| RawField { mine: field.mine.filter(|_| !raw.made), ..field }),
            );
        }
        let names: Vec<String> = all.iter().map(|field| field.name.clone()).collect();
        let mut fields = Vec::with_capacity(all.len());
        for field in all {
            fields.push(Field::make(field, &names, objects)?);
        }
        mark_compounds(&mut fields);
        let plain = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let rules = raw.rule.iter().map(|rule| &rule.name);
        let prefix = if raw.made { 0 } else { 3 };
        if raw.prefix.len() != prefix || !plain(&raw.name) || !names.iter().chain(rules).all(|name| plain(name)) {
            return Err(DataError::Schema(format!("{}: a name or prefix is not plain", raw.name)));
        }
        let by_name = fields.iter().enumerate().map(|(at, field)| (field.raw.name.to_lowercase(), at)).collect();
        let by_relation = fields
            .iter()
            .enumerate()
            .filter_map(|(at, field)| Some((field.raw.rel.as_ref()?.to_lowercase(), at)))
            .collect();
        Ok(Self { index, draw: 0, raw, fields, children: Vec::new(), by_name, by_relation })
    }

    pub(super) fn name(&self) -> &str {
        &self.raw.name
    }

    pub(super) fn can(&self, what: &str) -> bool {
        self.raw.can.iter().any(|can| can == what)
    }

    pub(super) fn custom(&self) -> bool {
        self.raw.name.ends_with("__c")
    }

    pub(super) fn shown_to(&self, access: Access) -> bool {
        !self.raw.hide.contains(&access)
    }

    /// The field of this name, whatever its case.
    pub(super) fn field(&self, name: &str) -> Option<&Field> {
        self.by_name.get(&name.to_lowercase()).and_then(|at| self.fields.get(*at))
    }

    /// The reference field behind a relationship name, whatever its case.
    pub(super) fn relation(&self, name: &str) -> Option<&Field> {
        self.by_relation.get(&name.to_lowercase()).and_then(|at| self.fields.get(*at))
    }

    /// The field that names a record of it.
    pub(super) fn name_field(&self) -> Option<&Field> {
        self.fields.iter().find(|field| field.is_name)
    }
}

/// The parts of an address, in the order Salesforce answers them.
const ADDRESS: [(&str, &str); 7] = [
    ("city", "City"),
    ("country", "Country"),
    ("latitude", "Latitude"),
    ("longitude", "Longitude"),
    ("postalCode", "PostalCode"),
    ("state", "State"),
    ("street", "Street"),
];

impl Field {
    fn make(raw: RawField, names: &[String], objects: &HashMap<String, usize>) -> Result<Self, DataError> {
        let mut to = Vec::new();
        for name in &raw.to {
            let target = objects.get(&name.to_lowercase());
            to.push(*target.ok_or_else(|| DataError::Schema(format!("{}: no object {name}", raw.name)))?);
        }
        let mut parts = Vec::new();
        if raw.kind == Type::Address {
            let stem = raw.name.strip_suffix("Address").unwrap_or("");
            let made = ADDRESS.iter().map(|(key, tail)| (*key, format!("{stem}{tail}")));
            parts = made.filter(|(_, name)| names.contains(name)).collect();
        }
        let is_name = raw.name_field.unwrap_or(raw.name == "Name");
        Ok(Self { raw, to, parts, compound: None, is_name })
    }

    pub(super) fn name(&self) -> &str {
        &self.raw.name
    }

    pub(super) fn custom(&self) -> bool {
        self.raw.name.ends_with("__c")
    }

    pub(super) fn shown_to(&self, access: Access) -> bool {
        !self.raw.hide.contains(&access)
    }

    /// Whether the API may write it.
    pub(super) fn writable(&self) -> bool {
        self.stored() && !(self.raw.fixed || self.raw.auto)
    }

    /// Whether a value of it may stand for a record, in an address or in another record's body.
    pub(super) fn id_lookup(&self) -> bool {
        let raw = &self.raw;
        raw.kind == Type::Id || raw.auto || raw.external || raw.lookup || raw.kind == Type::Email
    }

    /// Whether its column has an index.
    pub(super) fn indexed(&self) -> bool {
        self.raw.index || self.raw.external || self.raw.unique
    }

    /// Whether it has a column of its own that the seed and writes fill.
    pub(super) fn stored(&self) -> bool {
        self.raw.sql.is_none() && self.raw.mine.is_none() && self.raw.kind != Type::Address
    }

    /// Text too long to filter or sort by.
    pub(super) fn is_long(&self) -> bool {
        self.raw.kind == Type::Textarea && self.raw.length > 255
    }
}

/// Tells the parts of addresses, of a person's name and of the fiscal period what they are parts of.
fn mark_compounds(fields: &mut [Field]) {
    let mut found: Vec<(String, String)> = Vec::new();
    for field in fields.iter() {
        found.extend(field.parts.iter().map(|(_, part)| (part.clone(), field.raw.name.clone())));
    }
    let person = fields.iter().any(|field| field.raw.name == "LastName");
    for field in fields.iter_mut() {
        let own = &field.raw.name;
        let of_name = person && ["Salutation", "FirstName", "LastName"].contains(&own.as_str());
        let of_fiscal = own == "FiscalYear" || own == "FiscalQuarter";
        field.compound = match found.iter().find(|(part, _)| part == own) {
            Some((_, whole)) => Some(whole.clone()),
            None if of_fiscal => Some("Fiscal".to_owned()),
            None => of_name.then(|| "Name".to_owned()),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_reads_and_holds_together() {
        let schema = Schema::load().unwrap();
        assert_eq!(schema.objects.iter().map(|object| object.raw.share).sum::<usize>(), 1000);
        for object in &schema.objects {
            assert!(
                object.name_field().is_some()
                    || ["Assignment", "Member", "Link"].iter().any(|end| object.name().ends_with(end)),
                "{}",
                object.name()
            );
            assert!((9..=40).contains(&object.fields.len()), "{} has {}", object.name(), object.fields.len());
            if let Some(field) = &object.raw.oneself {
                assert!(object.field(field).is_some());
            }
        }
        let account = schema.object("aCCOUNT").unwrap();
        assert_eq!(account.field("billingcity").unwrap().compound.as_deref(), Some("BillingAddress"));
        assert_eq!(account.relation("owner").unwrap().name(), "OwnerId");
        assert!(account.children.iter().any(|child| child.name.as_deref() == Some("Contacts")));
        assert!(!account.field("AnnualRevenue").unwrap().shown_to(Access::Sales));
    }

    #[test]
    fn a_wrong_schema_is_told() {
        for text in [
            "object = 3",
            "[[object]]\nname='A'\nlabel='A'\nplural='A'\nprefix='001'\nsharing='all'\nfield=[{name='X\"',label='',type='id'}]",
        ] {
            assert!(matches!(Schema::read(text), Err(DataError::Schema(_))), "{text}");
        }
    }
}
