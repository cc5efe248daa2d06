//! Files: versions of documents, with bytes that lie in a table of their own so that no query reads them.
//!
//! The first version of a file makes its document; who gives a document adds a version to it. What the file is like is
//! told by its name alone.

use super::error::SfError;
use super::make::last_day;
use super::schema::{Object, Type};
use super::viewer::Viewer;
use super::write;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest, Md5};
use rusqlite::types::Value as Bound;
use rusqlite::{Connection, OptionalExtension};
use serde_json::{Map, Value, json};

pub(super) const TABLE: &str = "CREATE TABLE \"orgdeck.content\" (key INTEGER PRIMARY KEY, body BLOB)";
/// Bytes of all files of an org.
const MOST: usize = 64 * 1_024 * 1_024;
const DATA: &str = "VersionData";
/// Files that are there from the start: name and text.
const SEED: [(&str, &str); 2] = [
    ("House rules.txt", "Knock before you enter the map room. Whoever takes a chart signs for it.\n"),
    ("Tides.csv", "Harbour,High,Low\nPort Ellery,04:12,10:31\nLantern Quay,04:40,11:02\n"),
];

/// Makes a version, and its document where it is the first.
pub(super) fn create<'a>(viewer: &Viewer<'a>, object: &'a Object, body: &Map<String, Value>) -> Result<i64, SfError> {
    let mut body = body.clone();
    let bytes = data(&mut body)?;
    let path = text(&body, "PathOnClient").ok_or_else(|| missing("PathOnClient"))?;
    let name = path.rsplit(['/', '\\']).next().unwrap_or(&path).to_owned();
    let (stem, extension) = name.rsplit_once('.').map_or((name.as_str(), ""), |(stem, tail)| (stem, tail));
    let title = text(&body, "Title").unwrap_or_else(|| stem.to_owned());
    put(&mut body, "Title", json!(title));
    let about = [
        ("FileExtension", Bound::Text(extension.to_lowercase())),
        ("FileType", Bound::Text(kind_of(extension))),
        ("ContentSize", Bound::Integer(i64::try_from(bytes.len()).unwrap_or(i64::MAX))),
    ];
    viewer.org.store.write(|db| {
        room(db, bytes.len())?;
        let first = text(&body, "ContentDocumentId").is_none();
        if first {
            let document = write::insert(viewer, db, find(viewer, "ContentDocument")?, Vec::new())?;
            put(&mut body, "ContentDocumentId", json!(viewer.org.ids.write(document)));
        }
        let place = text(&body, "FirstPublishLocationId");
        let key = write::created(viewer, object, &body)?;
        let sql = "SELECT \"ContentDocumentId\" FROM \"ContentVersion\" WHERE \"Id\" = ?1";
        let document: i64 = db.query_row(sql, [key], |row| row.get(0))?;
        db.execute("INSERT INTO \"orgdeck.content\" (key, body) VALUES (?1, ?2)", (key, &bytes))?;
        let sql = "UPDATE \"ContentVersion\" SET \"IsLatest\" = 0 WHERE \"ContentDocumentId\" = ?1";
        db.execute(sql, [document])?;
        let sql = "SELECT count(*) FROM \"ContentVersion\" WHERE \"ContentDocumentId\" = ?1";
        let number: i64 = db.query_row(sql, [document], |row| row.get(0))?;
        let sum: String = Md5::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        let own = [
            ("IsLatest", Bound::Integer(1)),
            ("VersionNumber", Bound::Text(number.to_string())),
            ("Checksum", Bound::Text(sum)),
        ];
        set(viewer, db, "ContentVersion", key, about.iter().chain(&own))?;
        let own = [("Title", Bound::Text(title.clone())), ("LatestPublishedVersionId", Bound::Integer(key))];
        set(viewer, db, "ContentDocument", document, about.iter().chain(&own))?;
        if first {
            link(viewer, document, &json!(viewer.org.ids.write(viewer.person.key)), "I")?;
        }
        if let Some(place) = place {
            link(viewer, document, &json!(place), "V")?;
        }
        Ok(key)
    })
}

/// The files that are there from the start, as if they had come with the last of the made records.
pub(super) fn seed(viewer: &Viewer<'_>) -> Result<(), SfError> {
    let object = find(viewer, "ContentVersion")?;
    for (path, text) in SEED {
        let body = json!({ "PathOnClient": path, "VersionData": STANDARD.encode(text) });
        if let Some(body) = body.as_object() {
            create(viewer, object, body)?;
        }
    }
    let then = last_day() * 86_400;
    viewer.org.store.write(|db| {
        for object in ["ContentDocument", "ContentVersion", "ContentDocumentLink"] {
            db.execute(&format!("UPDATE \"{object}\" SET \"CreatedDate\" = ?1, \"LastModifiedDate\" = ?1"), [then])?;
        }
        Ok(())
    })
}

impl Viewer<'_> {
    /// `GET …/sobjects/ContentVersion/ID/VersionData`: the bytes.
    ///
    /// # Errors
    /// As for a record that is not there or not to be seen.
    pub fn content(&self, version: &str, id: &str) -> Result<Vec<u8>, SfError> {
        self.record(version, "ContentVersion", id, Some("Id"))?;
        let key = self.org.ids.read(id).ok_or_else(SfError::not_found)?;
        let sql = "SELECT body FROM \"orgdeck.content\" WHERE key = ?1";
        let found: Option<Vec<u8>> =
            self.org.store.read(|db| db.query_row(sql, [key], |row| row.get(0)).optional().map_err(SfError::from))?;
        found.ok_or_else(SfError::not_found)
    }
}

/// The bytes of a body, taken out of it.
fn data(body: &mut Map<String, Value>) -> Result<Vec<u8>, SfError> {
    let name = body.keys().find(|name| name.eq_ignore_ascii_case(DATA)).cloned();
    let given = name.and_then(|name| body.shift_remove(&name)).filter(|given| !given.is_null());
    let given = given.ok_or_else(|| missing(DATA))?;
    let bytes = given.as_str().and_then(|text| {
        let plain: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
        STANDARD.decode(plain).ok()
    });
    bytes.ok_or_else(|| SfError::new(400, "JSON_PARSER_ERROR", format!("the value of {DATA} is no text in base64")))
}

fn missing(field: &str) -> SfError {
    SfError::at(field, "REQUIRED_FIELD_MISSING", format!("Required fields are missing: [{field}]"))
}

/// A text of the body that is not empty.
fn text(body: &Map<String, Value>, name: &str) -> Option<String> {
    let found = body.iter().find(|(own, _)| own.eq_ignore_ascii_case(name))?.1.as_str()?.trim();
    (!found.is_empty()).then(|| found.to_owned())
}

fn put(body: &mut Map<String, Value>, name: &str, value: Value) {
    body.retain(|own, _| !own.eq_ignore_ascii_case(name));
    body.insert(name.to_owned(), value);
}

fn room(db: &Connection, more: usize) -> Result<(), SfError> {
    let sql = "SELECT coalesce(sum(length(body)), 0) FROM \"orgdeck.content\"";
    let used: i64 = db.query_row(sql, [], |row| row.get(0))?;
    if usize::try_from(used).unwrap_or(usize::MAX).saturating_add(more) > MOST {
        return Err(SfError::new(400, "STORAGE_LIMIT_EXCEEDED", "storage limit exceeded"));
    }
    Ok(())
}

fn find<'a>(viewer: &Viewer<'a>, name: &str) -> Result<&'a Object, SfError> {
    viewer.org.schema.object(name).ok_or_else(SfError::internal)
}

/// Sets what nobody writes himself.
fn set<'c>(
    viewer: &Viewer<'_>,
    db: &Connection,
    object: &str,
    key: i64,
    values: impl Iterator<Item = &'c (&'static str, Bound)>,
) -> Result<(), SfError> {
    let object = find(viewer, object)?;
    let columns: Vec<_> = values.filter_map(|(name, value)| Some((object.field(name)?, value.clone()))).collect();
    write::set(db, object, key, &columns)
}

/// Shows a document at a record. `share`: how it is shared, as its viewers' (V) or by what the record gives (I).
fn link(viewer: &Viewer<'_>, document: i64, at: &Value, share: &str) -> Result<(), SfError> {
    let body = json!({
        "ContentDocumentId": viewer.org.ids.write(document),
        "LinkedEntityId": at,
        "ShareType": share,
    });
    let Some(body) = body.as_object() else { return Ok(()) };
    write::created(viewer, find(viewer, "ContentDocumentLink")?, body).map(|_| ())
}

/// The kind of a file, as Salesforce names it.
fn kind_of(extension: &str) -> String {
    match extension.to_lowercase().as_str() {
        "" => "UNKNOWN".to_owned(),
        "txt" | "log" => "TEXT".to_owned(),
        "docx" => "WORD_X".to_owned(),
        "xlsx" => "EXCEL_X".to_owned(),
        "pptx" => "POWER_POINT_X".to_owned(),
        "jpeg" => "JPG".to_owned(),
        "htm" => "HTML".to_owned(),
        other => other.to_uppercase(),
    }
}

/// The field of an object whose value is bytes.
pub(super) fn field_of(object: &Object) -> Option<&str> {
    object.fields.iter().find(|field| field.raw.kind == Type::Base64).map(super::schema::Field::name)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{spec, viewer};
    use super::super::{OrgData, OrgKind};
    use super::*;

    #[test]
    fn an_org_holds_so_much_and_no_more() {
        let org = OrgData::build(&spec(OrgKind::Sandbox, 0)).unwrap();
        let admin = viewer(&org, "admin");
        let file = |bytes: &str| json!({ "PathOnClient": "a.txt", "VersionData": STANDARD.encode(bytes) });
        let full = i64::try_from(MOST).unwrap() - 3;
        // Beside what is there from the start.
        let sql = "INSERT INTO \"orgdeck.content\" SELECT 1, zeroblob(?1 - sum(length(body))) FROM \"orgdeck.content\"";
        let fill = |db: &Connection| db.execute(sql, [full]).map_err(SfError::from);
        org.store.write(fill).unwrap();
        assert_eq!(admin.create("ContentVersion", &file("four")).unwrap_err().code, "STORAGE_LIMIT_EXCEEDED");
        let id = admin.create("ContentVersion", &file("two")).unwrap();
        assert_eq!(admin.content("67.0", &id).unwrap(), b"two");
        assert_eq!(admin.create("ContentVersion", &file("x")).unwrap_err().code, "STORAGE_LIMIT_EXCEEDED");
    }

    #[test]
    fn files_are_named_by_their_ends() {
        for (extension, kind) in [("", "UNKNOWN"), ("TXT", "TEXT"), ("pdf", "PDF"), ("docx", "WORD_X"), ("JPEG", "JPG")]
        {
            assert_eq!(kind_of(extension), kind, "{extension}");
        }
    }
}
