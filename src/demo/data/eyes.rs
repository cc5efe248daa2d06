//! What one user may see: objects, fields, rows. Every way into the data asks here, so that they all agree.

use super::api::Api;
use super::catalog;
use super::recent;
use super::schema::{Field, Mine, Object, Schema, Sharing, Type};
use super::spec::Access;
use super::viewed::Viewed;

/// One user's eyes.
#[derive(Clone, Copy)]
pub(super) struct Eyes<'a> {
    pub(super) schema: &'a Schema,
    pub(super) access: Access,
    pub(super) api: Api,
    /// Key of the user.
    pub(super) me: i64,
    /// Keys of the users whose records he sees, himself among them.
    pub(super) owners: &'a [i64],
    pub(super) viewed: &'a Viewed,
}

impl<'a> Eyes<'a> {
    /// The object of this name, whatever its case, if he sees it.
    pub(super) fn object(&self, name: &str) -> Option<&'a Object> {
        self.schema.object(name).filter(|object| self.sees_object(object))
    }

    /// The object at this place of the schema, if he sees it.
    pub(super) fn at(&self, index: usize) -> Option<&'a Object> {
        self.schema.at(index).filter(|object| self.sees_object(object))
    }

    /// All objects he sees, in the order of their names.
    pub(super) fn objects(&self) -> Vec<&'a Object> {
        let mut all: Vec<&Object> = self.schema.objects.iter().filter(|object| self.sees_object(object)).collect();
        all.sort_by(|one, other| one.name().cmp(other.name()));
        all
    }

    fn sees_object(&self, object: &Object) -> bool {
        object.is_in(self.api) && object.shown_to(self.access)
    }

    /// Whether he sees the field: it is not hidden from him, and a reference leads to something he sees.
    pub(super) fn sees(&self, field: &Field) -> bool {
        let leads = field.raw.kind != Type::Reference || field.to.iter().any(|to| self.at(*to).is_some());
        leads && field.shown_to(self.access)
    }

    /// The fields of an object he sees.
    pub(super) fn fields(&self, object: &'a Object) -> impl Iterator<Item = &'a Field> {
        let eyes = *self;
        object.fields.iter().filter(move |field| eyes.sees(field))
    }

    /// The field of this name, if he sees it.
    pub(super) fn field(&self, object: &'a Object, name: &str) -> Option<&'a Field> {
        object.field(name).filter(|field| self.sees(field))
    }

    /// The reference behind a relationship name, if he sees it.
    pub(super) fn relation(&self, object: &'a Object, name: &str) -> Option<&'a Field> {
        object.relation(name).filter(|field| self.sees(field))
    }

    /// The SQL of a field's value in a row, here of the table of this alias.
    pub(super) fn column(&self, alias: &str, field: &Field) -> String {
        match field.raw.mine {
            None => format!("{alias}.\"{}\"", field.name()),
            Some(Mine::Viewed) => format!("viewed({}, {alias}.\"Id\")", self.me),
            Some(Mine::Referenced) => format!("referenced({}, {alias}.\"Id\")", self.me),
        }
    }

    /// What stands in FROM for an object: its table, or the SELECT of one that has none.
    pub(super) fn table(&self, object: &Object) -> String {
        if object.raw.made { recent::source(self, object) } else { format!("\"{}\"", object.name()) }
    }

    /// Whether he may do this (`create`, `update`, `delete`) with records of the object.
    pub(super) fn can(&self, object: &Object, what: &str) -> bool {
        object.can(what) && !object.raw.read_only.contains(&self.access)
    }

    /// The condition, in SQL, that a row of the object is one he sees; `None` if he sees all. Made of our own numbers.
    pub(super) fn rows(&self, object: &Object, alias: &str) -> Option<String> {
        self.shared(object, object.raw.sharing, alias)
    }

    /// The same for the rows he may change, of those he sees.
    pub(super) fn own_rows(&self, object: &Object, alias: &str) -> Option<String> {
        self.shared(object, object.raw.edit.unwrap_or(object.raw.sharing), alias)
    }

    fn shared(&self, object: &Object, sharing: Sharing, alias: &str) -> Option<String> {
        if self.access == Access::Admin {
            return None;
        }
        match sharing {
            Sharing::All => None,
            Sharing::Schema => catalog::seen(self, object, alias),
            Sharing::Owner if self.access == Access::Integration => None,
            Sharing::Owner => {
                let owners: Vec<String> = self.owners.iter().map(i64::to_string).collect();
                Some(format!("{alias}.\"OwnerId\" IN ({})", owners.join(",")))
            }
            Sharing::Oneself => {
                let field = object.raw.oneself.as_deref().unwrap_or("Id");
                Some(format!("{alias}.\"{field}\" = {}", self.me))
            }
            Sharing::Parent => {
                let field = object.field(object.raw.oneself.as_deref()?)?;
                let above = self.schema.at(*field.to.first()?)?;
                let rows = self.shared(above, above.raw.sharing, "up")?;
                let (reference, table) = (field.name(), above.name());
                Some(format!("{alias}.\"{reference}\" IN (SELECT up.\"Id\" FROM \"{table}\" AS up WHERE {rows})"))
            }
        }
    }
}
