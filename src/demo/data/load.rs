//! Rows of a bulk upload to writes: a header says which column is which field, a row's texts become what a write takes.
//!
//! Nothing is written here itself: every row goes through the viewer's create, update and delete, and is refused there.

use super::doubles::Doubles;
use super::error::SfError;
use super::schema::{Field, Object, Type};
use super::viewer::Viewer;
use serde_json::{Map, Number, Value, json};

/// What is done with each row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Load<'a> {
    /// A new record.
    Insert,
    /// A change of the record whose `Id` the row names.
    Update,
    /// The one or the other, by the value of this field.
    Upsert(&'a str),
    /// To the recycle bin.
    Delete,
    /// Past the recycle bin.
    HardDelete,
}

/// What a column of the upload is.
enum Target<'a> {
    Id,
    /// The field that an upsert goes by.
    Key,
    Field(&'a Field),
    /// `Account.LedgerKey__c`: the parent whose field has this value.
    Parent {
        reference: &'a Field,
        object: &'a Object,
        field: &'a Field,
    },
}

/// The way from rows to records of one object.
pub struct Loader<'v, 'a> {
    viewer: &'v Viewer<'a>,
    object: &'a Object,
    load: Load<'v>,
    targets: Vec<Target<'a>>,
}

/// What became of a row.
pub struct Loaded {
    /// The record's id, or where there is none the one that the row named.
    pub id: String,
    /// Whether the record is new, or why it was refused.
    pub fate: Result<bool, SfError>,
}

impl<'a> Viewer<'a> {
    /// Reads a header. The error says what is wrong with it, without a code.
    pub fn loader<'v>(&'v self, object: &str, load: Load<'v>, header: &[&str]) -> Result<Loader<'v, 'a>, String> {
        let object = self.eyes().object(object).ok_or_else(|| format!("Entity not found : {object}"))?;
        let unknown = |name: &str| format!("Field name not found : {name}");
        let mut targets = Vec::new();
        for name in header {
            let name = name.trim();
            targets.push(self.target(object, name).ok_or_else(|| unknown(name))?);
        }
        let has_id = targets.iter().any(|target| matches!(target, Target::Id));
        match load {
            Load::Delete | Load::HardDelete if !has_id => return Err(unknown("Id")),
            Load::Delete | Load::HardDelete if targets.len() > 1 => {
                return Err("Delete batch must contain only ids".to_owned());
            }
            Load::Update if !has_id => return Err(unknown("Id")),
            Load::Upsert(field) => {
                let key = |target: &Target<'_>| match target {
                    Target::Id => field.eq_ignore_ascii_case("Id"),
                    Target::Field(own) => own.name().eq_ignore_ascii_case(field),
                    _ => false,
                };
                let at = targets.iter().position(key).ok_or_else(|| unknown(field))?;
                if let Some(target) = targets.get_mut(at) {
                    *target = Target::Key;
                }
            }
            _ => {}
        }
        Ok(Loader { viewer: self, object, load, targets })
    }

    /// `externalIdFieldName` in its true case, if records of the object can be told apart by it.
    pub fn external_field(&self, object: &str, name: &str) -> Option<String> {
        let known = self.eyes().object(object).and_then(|object| self.eyes().field(object, name));
        known.filter(|_| self.names_records(object, name)).map(|field| field.name().to_owned())
    }

    /// The object's name in its true case, if he sees it.
    pub fn queryable(&self, object: &str) -> Result<String, SfError> {
        let found = self.eyes().object(object).map(|object| object.name().to_owned());
        found.ok_or_else(|| SfError::new(400, "INVALIDENTITY", format!("Unable to find object: {object}")))
    }

    /// The object's name in its true case, if its records can be loaded in bulk.
    pub fn loadable(&self, object: &str) -> Result<String, SfError> {
        let name = self.queryable(object)?;
        let found = self.resource(&name)?;
        if found.can("create") || found.can("update") || found.can("delete") {
            return Ok(found.name().to_owned());
        }
        let told = format!("Entity '{}' is not supported by the Bulk API.", found.name());
        Err(SfError::new(400, "INVALIDENTITY", told))
    }

    fn target(&self, object: &'a Object, name: &str) -> Option<Target<'a>> {
        let eyes = self.eyes();
        let Some((relation, field)) = name.rsplit_once('.') else {
            let field = eyes.field(object, name)?;
            return Some(if field.raw.kind == Type::Id { Target::Id } else { Target::Field(field) });
        };
        // `Lead:Who.Email` where the parent may be of several objects.
        let (wanted, relation) = relation.split_once(':').map_or((None, relation), |(of, rest)| (Some(of), rest));
        let reference = eyes.relation(object, relation)?;
        let mut parents = reference.to.iter().filter_map(|to| eyes.at(*to));
        let object = match wanted {
            Some(name) => parents.find(|parent| parent.name().eq_ignore_ascii_case(name))?,
            None => parents.next()?,
        };
        let field = eyes.field(object, field).filter(|field| field.id_lookup())?;
        Some(Target::Parent { reference, object, field })
    }
}

impl Loader<'_, '_> {
    /// What rows that are written together name twice.
    pub fn doubles<'r>(&self, rows: impl Iterator<Item = Vec<&'r str>>) -> Doubles {
        let field = if let Load::Upsert(field) = self.load { field } else { "Id" };
        Doubles::of(field, rows.filter_map(|row| self.key(&row).map(str::to_owned)))
    }

    /// By what a row names the record that it changes.
    fn key<'r>(&self, row: &[&'r str]) -> Option<&'r str> {
        let names = |target: &Target<'_>| match self.load {
            Load::Upsert(_) => matches!(target, Target::Key),
            Load::Update => matches!(target, Target::Id),
            _ => false,
        };
        row.get(self.targets.iter().position(names)?).copied()
    }

    /// Writes the record of a row; `doubles`: of the rows that are written together with it.
    pub fn load(&self, row: &[&str], doubles: &Doubles) -> Loaded {
        let mut named = String::new();
        let single = || self.key(row).map_or(Ok(()), |key| doubles.check(key));
        let written = self.body(row, &mut named).and_then(|(key, body)| {
            single()?;
            self.write(&named, key, &body)
        });
        match written {
            Ok((id, created)) => Loaded { id, fate: Ok(created) },
            Err(error) => Loaded { id: named, fate: Err(error.among_many()) },
        }
    }

    /// What a row names its record by, and what it says of it; its `Id` goes where it is kept if the rest is refused.
    fn body<'r>(&self, row: &[&'r str], id: &mut String) -> Result<(&'r str, Value), SfError> {
        let (mut key, mut body) = ("", Map::new());
        let cells = self.targets.iter().zip(row.iter().copied().chain(std::iter::repeat(""))).enumerate();
        for (at, (target, text)) in cells {
            let (name, cell) = match target {
                Target::Id => {
                    text.trim().clone_into(id);
                    continue;
                }
                Target::Key => {
                    key = text.trim();
                    continue;
                }
                // Nothing means: leave it as it is.
                _ if text.is_empty() => continue,
                Target::Field(field) => (field.name(), value(field, text, at)?),
                Target::Parent { reference, .. } if text == NULL => (reference.name(), Value::Null),
                Target::Parent { reference, object, field } => {
                    let named = json!({ "attributes": { "type": object.name() }, field.name(): text });
                    (reference.raw.rel.as_deref().unwrap_or_default(), named)
                }
            };
            body.insert(name.to_owned(), cell);
        }
        Ok((key, Value::Object(body)))
    }

    fn write(&self, id: &str, key: &str, body: &Value) -> Result<(String, bool), SfError> {
        let (viewer, name) = (self.viewer, self.object.name());
        match self.load {
            Load::Insert => viewer.create(name, body).map(|id| (id, true)),
            Load::Upsert("Id") if key.is_empty() => viewer.create(name, body).map(|id| (id, true)),
            Load::Upsert(field) => {
                let key = given(field, key, "upsert")?;
                viewer.upsert(name, field, key, body).map(|done| (done.id, done.created))
            }
            Load::Update => viewer.update(name, given("Id", id, "update")?, body).map(|()| (self.long(id), false)),
            Load::Delete => viewer.delete(name, given("Id", id, "delete")?).map(|()| (self.long(id), false)),
            Load::HardDelete => viewer.erase(name, given("Id", id, "delete")?).map(|()| (self.long(id), false)),
        }
    }

    fn long(&self, id: &str) -> String {
        super::id::widen(id).unwrap_or_else(|| id.to_owned())
    }
}

/// What a row must name.
fn given<'t>(field: &str, text: &'t str, call: &str) -> Result<&'t str, SfError> {
    if text.is_empty() {
        return Err(SfError::at(field, "MISSING_ARGUMENT", format!("{field} not specified in an {call} call")));
    }
    if field == "Id" && !super::id::looks_like_id(text) {
        return Err(SfError::at(field, "MALFORMED_ID", format!("Record ID: id value of incorrect type: {text}")));
    }
    Ok(text)
}

/// How a bulk upload says null.
const NULL: &str = "#N/A";

/// A text as its field's type has it in JSON.
/// <https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/datafiles_csv_valid_record_rows.htm>
fn value(field: &Field, text: &str, column: usize) -> Result<Value, SfError> {
    if text == NULL {
        return Ok(Value::Null);
    }
    let trimmed = text.trim();
    let (made, kind) = match field.raw.kind {
        Type::Boolean => (boolean(trimmed).map(Value::Bool), "boolean"),
        Type::Int => (whole(trimmed).map(Value::from), "int"),
        Type::Double | Type::Currency | Type::Percent => {
            (trimmed.parse().ok().and_then(Number::from_f64).map(Value::Number), "double")
        }
        Type::Date => (date(trimmed).map(Value::String), "date"),
        Type::Datetime => (datetime(trimmed).map(Value::String), "dateTime"),
        _ => return Ok(Value::String(text.to_owned())),
    };
    made.ok_or_else(|| {
        let told = format!(
            "Failed to deserialize field at col {column}. Due to, '{text}' is not a valid value for the type xsd:{kind}"
        );
        SfError::at(field.name(), "INVALID_FIELD", told)
    })
}

fn boolean(text: &str) -> Option<bool> {
    let one_of = |words: [&str; 5]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if one_of(["true", "yes", "y", "on", "1"]) {
        return Some(true);
    }
    one_of(["false", "no", "n", "off", "0"]).then_some(false)
}

/// A whole number, perhaps with a fraction of nothing.
fn whole(text: &str) -> Option<i64> {
    let digits = text.split_once('.').map_or(
        text,
        |(whole, rest)| {
            if rest.bytes().all(|byte| byte == b'0') { whole } else { text }
        },
    );
    digits.parse().ok()
}

/// A date, or the day of a moment.
fn date(text: &str) -> Option<String> {
    let day = text.split('T').next()?;
    day.parse::<jiff::civil::Date>().ok().map(|date| date.to_string())
}

/// A moment, or the start of a day.
fn datetime(text: &str) -> Option<String> {
    let time = text.parse::<jiff::Timestamp>().ok();
    let time = time.or_else(|| {
        text.parse::<jiff::civil::Date>().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|day| day.timestamp())
    });
    time.map(|time| time.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_as_the_type_has_them() {
        assert_eq!((boolean("Yes"), boolean("0"), boolean("maybe")), (Some(true), Some(false), None));
        assert_eq!((whole("12"), whole("12.00"), whole("12.5"), whole("")), (Some(12), Some(12), None, None));
        assert_eq!(date("2026-01-31").as_deref(), Some("2026-01-31"));
        assert_eq!(date("2026-01-31T10:00:00Z").as_deref(), Some("2026-01-31"));
        assert_eq!(date("31.1.2026"), None);
        assert_eq!(datetime("2026-01-31T10:00:00.000+0000").as_deref(), Some("2026-01-31T10:00:00Z"));
        assert_eq!(datetime("2026-01-31T10:00:00+02:00").as_deref(), Some("2026-01-31T08:00:00Z"));
        assert_eq!(datetime("2026-01-31").as_deref(), Some("2026-01-31T00:00:00Z"));
        assert_eq!(datetime("soon"), None);
    }
}
