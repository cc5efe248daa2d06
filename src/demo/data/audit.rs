//! The fields that objects have without the schema's file naming them: id, owner, audit fields, and what each user looked
//! at. Only their definition; [`super::schema`] gives them to the objects.

use super::schema::RawField;
use super::spec::DataError;
use serde::Deserialize;

/// What every object has, besides its id: the audit fields. They are written by nobody.
const AUDIT: &str = r#"
field = [
  { name = "IsDeleted", label = "Deleted", type = "boolean", fixed = true },
  { name = "CreatedDate", label = "Created Date", type = "datetime", fixed = true },
  { name = "CreatedById", label = "Created By ID", type = "reference", to = ["User"], rel = "CreatedBy", fixed = true },
  { name = "LastModifiedDate", label = "Last Modified Date", type = "datetime", fixed = true },
  { name = "LastModifiedById", label = "Last Modified By ID", type = "reference", to = ["User"], rel = "LastModifiedBy", fixed = true },
  { name = "SystemModstamp", label = "System Modstamp", type = "datetime", sql = "\"LastModifiedDate\"" },
]
mine = [
  { name = "LastViewedDate", label = "Last Viewed Date", type = "datetime", mine = "viewed" },
  { name = "LastReferencedDate", label = "Last Referenced Date", type = "datetime", mine = "referenced" },
]
owner = { name = "OwnerId", label = "Owner ID", type = "reference", to = ["User"], rel = "Owner", gen = "owner" }
id = { name = "Id", label = "Record ID", type = "id", length = 18, fixed = true }
"#;

#[derive(Deserialize)]
pub(super) struct Audit {
    pub(super) field: Vec<RawField>,
    pub(super) mine: Vec<RawField>,
    pub(super) owner: RawField,
    pub(super) id: RawField,
}

impl Audit {
    pub(super) fn load() -> Result<Self, DataError> {
        toml::from_str(AUDIT).map_err(|error| DataError::Schema(error.to_string()))
    }
}
