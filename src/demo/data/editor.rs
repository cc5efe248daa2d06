//! What one user changes: every write of every door goes through here, with the same checks and the same access.

use super::error::SfError;
use super::schema::Object;
use super::viewed::Glance;
use super::viewer::Viewer;
use super::{Upserted, Wishes, bin, id, lookup, write};
use serde_json::{Map, Value};

/// Why a piece of work is undone.
enum Undone<T> {
    /// It asked for it.
    Wanted(T),
    Failed(rusqlite::Error),
}

impl<T> From<rusqlite::Error> for Undone<T> {
    fn from(error: rusqlite::Error) -> Self {
        Self::Failed(error)
    }
}

impl<'a> Viewer<'a> {
    /// The same user, with what his request wishes of its writes.
    pub fn wishing(self, wishes: Wishes) -> Self {
        Self { wishes, ..self }
    }

    /// Does several reads and writes as one: they see each other, nobody else sees them half done. The work says beside
    /// its result whether what it wrote is kept. Others wait meanwhile, so it should not take long; it must not wait for
    /// another thread that asks the same org.
    pub fn together<T>(&self, work: impl FnOnce() -> (T, bool)) -> Result<T, SfError> {
        let done = self.org.store.write(|_| match work() {
            (result, true) => Ok(result),
            (result, false) => Err(Undone::Wanted(result)),
        });
        match done {
            Ok(result) | Err(Undone::Wanted(result)) => Ok(result),
            Err(Undone::Failed(error)) => Err(error.into()),
        }
    }

    /// `POST …/sobjects/NAME`: the new record's 18-character id.
    pub fn create(&self, name: &str, body: &Value) -> Result<String, SfError> {
        let key = write::create(self, self.resource(name)?, fields_of(body)?)?;
        self.touch(&[key], Glance::View);
        Ok(self.org.ids.write(key))
    }

    /// `PATCH …/sobjects/NAME/ID`.
    pub fn update(&self, name: &str, id: &str, body: &Value) -> Result<(), SfError> {
        let object = self.resource(name)?;
        let key = self.written_key(object, id)?;
        write::update(self, object, key, fields_of(body)?)?;
        self.touch(&[key], Glance::View);
        Ok(())
    }

    /// `DELETE …/sobjects/NAME/ID`: to the recycle bin, where `queryAll` still sees it, with the children that go along.
    pub fn delete(&self, name: &str, id: &str) -> Result<(), SfError> {
        let object = self.resource(name)?;
        bin::delete(self, object, self.written_key(object, id)?)
    }

    /// Deletes a record past the recycle bin, as a hard delete of the Bulk API does.
    pub fn erase(&self, name: &str, id: &str) -> Result<(), SfError> {
        let object = self.resource(name)?;
        bin::erase(self, object, self.written_key(object, id)?)
    }

    /// `PATCH …/sobjects/NAME/FIELD/VALUE`: changes the record that the external id names, or makes it. Status 300 with
    /// code `DUPLICATE_EXTERNAL_ID` means that there are several; [`Viewer::named`] tells which.
    pub fn upsert(&self, name: &str, field: &str, value: &str, body: &Value) -> Result<Upserted, SfError> {
        let done = write::upsert(self, self.resource(name)?, field, value, fields_of(body)?)?;
        self.touch(self.org.ids.read(&done.id).as_slice(), Glance::View);
        Ok(done)
    }

    /// The ids of the records that an external id names.
    pub fn named(&self, name: &str, field: &str, value: &str) -> Result<Vec<String>, SfError> {
        let object = self.resource(name)?;
        let field = lookup::naming(self, object, field).ok_or_else(|| write::no_such_key(field))?;
        let keys = self.org.store.read(|db| lookup::keys_by(self, db, object, field, &Value::from(value)))?;
        Ok(keys.into_iter().map(|key| self.org.ids.write(key)).collect())
    }

    /// Takes a record out of the recycle bin, with what went there for its sake.
    pub fn undelete(&self, id: &str) -> Result<(), SfError> {
        let key = self.org.ids.read(id).ok_or_else(|| malformed(id))?;
        let object = self.eyes().at(id::object_of(key)).ok_or_else(|| malformed(id))?;
        bin::undelete(self, object, key)
    }

    /// The name of the object a record of this id belongs to, if he sees the object. Whether the record exists is not asked.
    pub fn object_of(&self, id: &str) -> Option<&'a str> {
        let key = self.org.ids.read(id)?;
        self.eyes().at(id::object_of(key)).map(Object::name)
    }

    /// Whether this field of the object names records: an external id or the like.
    pub fn names_records(&self, name: &str, field: &str) -> bool {
        self.eyes().object(name).is_some_and(|object| lookup::naming(self, object, field).is_some())
    }

    /// The key of a record that is to be changed.
    fn written_key(&self, object: &Object, id: &str) -> Result<i64, SfError> {
        let shaped = matches!(id.len(), 15 | 18) && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if shaped && !id::looks_like_id(id) {
            let told = format!("{} ID: id value of incorrect type: {id}", object.raw.label);
            return Err(SfError::at("Id", "MALFORMED_ID", told));
        }
        self.key_of(object, id)
    }
}

fn malformed(id: &str) -> SfError {
    SfError::new(400, "MALFORMED_ID", format!("malformed id {id}"))
}

fn fields_of(body: &Value) -> Result<&Map<String, Value>, SfError> {
    let told = "Can not deserialize SObject: a JSON object is needed";
    body.as_object().ok_or_else(|| SfError::new(400, "JSON_PARSER_ERROR", told))
}
