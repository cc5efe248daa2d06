//! What stands on a page of a record: sections, rows and fields, made from the fields that the user sees.
//!
//! The rule, in place of layouts drawn by hand: the owner first, then the fields in the schema's order, two to a row;
//! addresses, long texts and the audit fields have sections of their own. REST and UI API both write these sections.

use super::atlas::{Entity, flag, needed, text};
use super::setup::made_id;
use crate::demo::world::Org;
use serde_json::Value;

/// What the page is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::demo::rest) enum Mode {
    View,
    Edit,
    Create,
}

impl Mode {
    pub(in crate::demo::rest) const ALL: [Self; 3] = [Self::View, Self::Edit, Self::Create];

    pub(in crate::demo::rest) fn name(self) -> &'static str {
        match self {
            Self::View => "View",
            Self::Edit => "Edit",
            Self::Create => "Create",
        }
    }
}

/// A part of a page.
pub(in crate::demo::rest) struct Section<'e> {
    pub(in crate::demo::rest) id: String,
    pub(in crate::demo::rest) heading: String,
    pub(in crate::demo::rest) columns: usize,
    pub(in crate::demo::rest) rows: Vec<Vec<Item<'e>>>,
}

/// A place of a row.
pub(in crate::demo::rest) struct Item<'e> {
    pub(in crate::demo::rest) label: String,
    /// One, or two where a user and a date are shown together.
    pub(in crate::demo::rest) fields: Vec<&'e Value>,
    pub(in crate::demo::rest) for_new: bool,
    pub(in crate::demo::rest) for_update: bool,
    pub(in crate::demo::rest) required: bool,
}

const SYSTEM: [(&str, &str); 2] = [("CreatedById", "CreatedDate"), ("LastModifiedById", "LastModifiedDate")];

/// The id of an object's only layout.
pub(in crate::demo::rest) fn layout_id(org: &Org, entity: &Entity) -> String {
    made_id(org, "00h", entity.prefix(), 1)
}

/// The sections of an object's page.
pub(in crate::demo::rest) fn sections<'e>(org: &Org, entity: &'e Entity, mode: Mode) -> Vec<Section<'e>> {
    let shown: Vec<&Value> = entity.fields().iter().filter(|field| is_shown(entity, field)).collect();
    let (mut detail, mut address, mut long) = (Vec::new(), Vec::new(), Vec::new());
    for field in shown {
        match text(field, "type") {
            "address" => address.push(item(entity, field)),
            "textarea" if field.get("length").and_then(Value::as_u64).unwrap_or(0) > 255 => {
                long.push(item(entity, field));
            }
            _ if text(field, "name") == "OwnerId" => detail.insert(0, item(entity, field)),
            _ => detail.push(item(entity, field)),
        }
    }
    let system: Vec<Item<'_>> = SYSTEM.iter().filter_map(|(who, when)| audit(entity, who, when)).collect();
    let label = entity.text("label");
    let all = [
        (format!("{label} Information"), 2, detail),
        ("Address Information".to_owned(), 2, address),
        ("Description Information".to_owned(), 1, long),
        ("System Information".to_owned(), 2, system),
    ];
    let mut sections = Vec::new();
    for (place, (heading, columns, items)) in all.into_iter().enumerate() {
        let mut rows: Vec<Vec<Item<'_>>> = Vec::new();
        for item in items.into_iter().filter(|item| stands(item, mode)) {
            match rows.last_mut().filter(|row| row.len() < columns) {
                Some(row) => row.push(item),
                None => rows.push(vec![item]),
            }
        }
        if !rows.is_empty() {
            let id = made_id(org, "01B", entity.prefix(), place + 1);
            sections.push(Section { id, heading, columns, rows });
        }
    }
    sections
}

/// Whether an item is on the page of this mode: a form shows what can be filled in.
fn stands(item: &Item<'_>, mode: Mode) -> bool {
    match mode {
        Mode::View => true,
        Mode::Edit => item.for_update,
        Mode::Create => item.for_new && item.fields.iter().all(|field| text(field, "name") != "OwnerId"),
    }
}

/// Whether a page shows the field by itself: parts of a compound field come with the whole.
fn is_shown(entity: &Entity, field: &Value) -> bool {
    let name = text(field, "name");
    let whole = text(field, "compoundFieldName");
    let part = !whole.is_empty() && whole != name && entity.field(whole).is_some();
    let audit = SYSTEM.iter().any(|(who, when)| name == *who || name == *when);
    let hidden = ["IsDeleted", "SystemModstamp", "LastViewedDate", "LastReferencedDate"].contains(&name);
    !part && !audit && !hidden && text(field, "type") != "id"
}

fn item<'e>(entity: &'e Entity, field: &'e Value) -> Item<'e> {
    let parts = entity.parts(text(field, "name"));
    let any = |key: &str| flag(field, key) || parts.iter().any(|part| flag(part, key));
    Item {
        label: label(field).to_owned(),
        fields: vec![field],
        for_new: any("createable"),
        for_update: any("updateable"),
        required: needed(field) || parts.iter().any(|part| needed(part)),
    }
}

fn audit<'e>(entity: &'e Entity, who: &str, when: &str) -> Option<Item<'e>> {
    let first = entity.field(who)?;
    let fields = std::iter::once(first).chain(entity.field(when)).collect();
    Some(Item { label: label(first).to_owned(), fields, for_new: false, for_update: false, required: false })
}

/// A field's label as a page shows it: that of a reference names what it leads to, not its id.
pub(in crate::demo::rest) fn label(field: &Value) -> &str {
    let label = text(field, "label");
    if text(field, "type") == "reference" { label.strip_suffix(" ID").unwrap_or(label) } else { label }
}

/// An item of one field, for compact layouts and quick actions.
pub(in crate::demo::rest) fn single<'e>(entity: &'e Entity, name: &str) -> Option<Item<'e>> {
    entity.field(name).map(|field| item(entity, field))
}
