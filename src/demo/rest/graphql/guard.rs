//! How much a request asks for, before anything is done for it. Fragments that use each other can make a short text ask
//! for more than there is.

use apollo_compiler::ExecutableDocument;
use apollo_compiler::Name;
use apollo_compiler::executable::{Operation, Selection, SelectionSet};
use std::collections::HashMap;

/// Fields with all fragments written out, and how deep they may stand.
const FIELDS: u64 = 10_000;
const DEPTH: u32 = 40;
/// <https://developer.salesforce.com/docs/platform/graphql/guide/query-limits.html>
const LISTS: u64 = 10;
/// A list, and a list below its records.
const NESTED: u32 = 2;

/// What an operation comes to.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
pub(super) struct Size {
    fields: u64,
    depth: u32,
    /// Lists of records: each is a query of its own.
    pub(super) lists: u64,
    /// Lists within lists.
    nested: u32,
}

impl Size {
    /// What is too much.
    pub(super) fn check(&self) -> Result<(), String> {
        if self.fields > FIELDS {
            return Err(format!("The query asks for {} fields. The maximum is {FIELDS}.", self.fields));
        }
        if self.depth > DEPTH {
            return Err(format!("The query is {} levels deep. The maximum is {DEPTH}.", self.depth));
        }
        if self.lists > LISTS {
            return Err(format!("The query has {} subqueries. The maximum is {LISTS}.", self.lists));
        }
        if self.nested > NESTED {
            return Err("Only one level of parent-to-child relationships can be queried.".to_owned());
        }
        Ok(())
    }

    fn add(&mut self, other: Self) {
        self.fields = self.fields.saturating_add(other.fields);
        self.lists = self.lists.saturating_add(other.lists);
        self.depth = self.depth.max(other.depth);
        self.nested = self.nested.max(other.nested);
    }
}

/// The size of a valid operation: its fragments do not use themselves.
pub(super) fn measure(document: &ExecutableDocument, operation: &Operation) -> Size {
    of_set(document, &operation.selection_set, &mut HashMap::new())
}

fn of_set(document: &ExecutableDocument, set: &SelectionSet, known: &mut HashMap<Name, Size>) -> Size {
    let mut size = Size::default();
    for selection in &set.selections {
        match selection {
            Selection::Field(field) => {
                let mut one = of_set(document, &field.selection_set, known);
                one.fields = one.fields.saturating_add(1);
                one.depth += 1;
                if field.ty().inner_named_type().ends_with("Connection") {
                    one.lists = one.lists.saturating_add(1);
                    one.nested += 1;
                }
                size.add(one);
            }
            Selection::InlineFragment(inline) => size.add(of_set(document, &inline.selection_set, known)),
            Selection::FragmentSpread(spread) => {
                let name = &spread.fragment_name;
                if !known.contains_key(name) {
                    let fragment = document.fragments.get(name);
                    let found = fragment.map(|fragment| of_set(document, &fragment.selection_set, known));
                    known.insert(name.clone(), found.unwrap_or_default());
                }
                size.add(known.get(name).copied().unwrap_or_default());
            }
        }
    }
    size
}
