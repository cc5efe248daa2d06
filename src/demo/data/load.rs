//! Rows of a bulk upload to writes: a header says which column is which field, a row's texts become what a write takes.
//!
//! Nothing is written here itself: every row goes through the viewer's create, update and delete, and is refused there.

use super::error::SfError;
use super::schema::{Field, Object, Type};
use super::viewer::Viewer;
use serde_json::{Map, Number, Value};

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
    Field(&'a Field),
    /// `Account.Number__c`: the parent whose field has this value.
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

/// A record's id, and whether it is new; or the id that the row named, and why it was refused.
pub type Loaded = Result<(String, bool), (String, SfError)>;

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
                let has = |target: &Target<'_>| match target {
                    Target::Id => field.eq_ignore_ascii_case("Id"),
                    Target::Field(own) => own.name().eq_ignore_ascii_case(field),
                    Target::Parent { .. } => false,
                };
                if !targets.iter().any(has) {
                    return Err(unknown(field));
                }
            }
            _ => {}
        }
        Ok(Loader { viewer: self, object, load, targets })
    }

    /// `externalIdFieldName` in its true case, if records of the object can be told apart by it.
    pub fn external_field(&self, object: &str, name: &str) -> Option<String> {
        let object = self.eyes().object(object)?;
        let field = self.eyes().field(object, name)?;
        (field.raw.kind == Type::Id || field.raw.external).then(|| field.name().to_owned())
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
        let field = eyes.field(object, field).filter(|field| tells_apart(field))?;
        Some(Target::Parent { reference, object, field })
    }
}

/// Whether a record can be found by this field: an external id, or what is a look-up key by nature.
fn tells_apart(field: &Field) -> bool {
    field.raw.external || field.raw.auto || matches!(field.raw.kind, Type::Email) || field.name() == "Username"
}

impl Loader<'_, '_> {
    /// Writes the record of a row.
    pub fn load(&self, row: &[&str]) -> Loaded {
        let mut id = String::new();
        let mut body = Map::new();
        let cells = self.targets.iter().zip(row.iter().copied().chain(std::iter::repeat(""))).enumerate();
        for (at, (target, text)) in cells {
            let cell = match target {
                Target::Id => {
                    id = text.trim().to_owned();
                    continue;
                }
                // Nothing means: leave it as it is.
                _ if text.is_empty() => continue,
                Target::Field(field) => value(field, text, at).map(|value| (field.name(), value)),
                Target::Parent { reference, .. } if text == NULL => Ok((reference.name(), Value::Null)),
                Target::Parent { reference, object, field } => {
                    self.parent(object, field, text).map(|id| (reference.name(), Value::String(id)))
                }
            };
            let (name, cell) = cell.map_err(|error| (id.clone(), error))?;
            body.insert(name.to_owned(), cell);
        }
        self.write(&id, body).map_err(|error| (id, error))
    }

    fn write(&self, id: &str, body: Map<String, Value>) -> Result<(String, bool), SfError> {
        let (viewer, name) = (self.viewer, self.object.name());
        match self.load {
            Load::Insert => Ok((viewer.create(name, &Value::Object(body))?, true)),
            Load::Update => self.update(id, body),
            Load::Upsert(field) if field.eq_ignore_ascii_case("Id") => match id {
                "" => Ok((viewer.create(name, &Value::Object(body))?, true)),
                id => self.update(id, body),
            },
            Load::Upsert(field) => self.upsert(field, body),
            Load::Delete | Load::HardDelete => {
                viewer.delete(name, &self.given(id, "delete")?)?;
                Ok((id.to_owned(), false))
            }
        }
    }

    fn update(&self, id: &str, body: Map<String, Value>) -> Result<(String, bool), SfError> {
        let id = self.given(id, "update")?;
        self.viewer.update(self.object.name(), &id, &Value::Object(body))?;
        Ok((id, false))
    }

    /// An id that a row must name, in its long form.
    fn given(&self, id: &str, call: &str) -> Result<String, SfError> {
        let fields = vec!["Id".to_owned()];
        if id.is_empty() {
            let told = format!("Id not specified in an {call} call");
            return Err(SfError { fields, ..SfError::new(400, "MISSING_ARGUMENT", told) });
        }
        super::id::widen(id).ok_or_else(|| {
            let told = format!("Record ID: id value of incorrect type: {id}");
            SfError { fields, ..SfError::new(400, "MALFORMED_ID", told) }
        })
    }

    fn upsert(&self, field: &str, body: Map<String, Value>) -> Result<(String, bool), SfError> {
        let field = self.viewer.eyes().field(self.object, field).ok_or_else(SfError::internal)?;
        let Some(Value::String(value)) = body.get(field.name()).cloned() else {
            let told = format!("{} not specified", field.name());
            return Err(SfError {
                fields: vec![field.name().to_owned()],
                ..SfError::new(400, "MISSING_ARGUMENT", told)
            });
        };
        match self.found(self.object, field, &value)?.as_slice() {
            [] => Ok((self.viewer.create(self.object.name(), &Value::Object(body))?, true)),
            [id] => self.update(id, body),
            _ => {
                let told = format!("Duplicate external id specified: {value}");
                Err(SfError {
                    fields: vec![field.name().to_owned()],
                    ..SfError::new(400, "DUPLICATE_EXTERNAL_ID", told)
                })
            }
        }
    }

    fn parent(&self, object: &Object, field: &Field, text: &str) -> Result<String, SfError> {
        let (entity, name) = (object.name(), field.name());
        let mut found = self.found(object, field, text)?;
        match (found.pop(), found.is_empty()) {
            (Some(id), true) => Ok(id),
            (Some(_), false) => {
                let told = format!("More than one record found for external id field: {name} in entity {entity}");
                Err(SfError::new(400, "INVALID_FIELD", told))
            }
            (None, _) => {
                let told = format!("Foreign key external ID: {text} not found for field {name} in entity {entity}");
                Err(SfError::new(400, "INVALID_FIELD", told))
            }
        }
    }

    /// The ids of at most two records whose field has this value.
    fn found(&self, object: &Object, field: &Field, text: &str) -> Result<Vec<String>, SfError> {
        let quoted = text.replace('\\', "\\\\").replace('\'', "\\'");
        let soql = format!("SELECT Id FROM {} WHERE {} = '{quoted}' LIMIT 2", object.name(), field.name());
        let answer = self.viewer.query("67.0", &soql, false, 2)?;
        let records = answer.get("records").and_then(Value::as_array);
        let id = |record: &Value| record.get("Id").and_then(Value::as_str).map(str::to_owned);
        Ok(records.into_iter().flatten().filter_map(id).collect())
    }
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
        SfError { fields: vec![field.name().to_owned()], ..SfError::new(400, "INVALID_FIELD", told) }
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
