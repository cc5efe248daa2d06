//! `@optional`: a field that its user does not see is left out, where without it the whole request is refused.
//! <https://developer.salesforce.com/docs/platform/graphql/guide/query-record-objects.html>

use apollo_compiler::Schema;
use apollo_compiler::ast::{Definition, Document, Field, OperationType, Selection};

const NAME: &str = "optional";

/// Takes the fields out of the document that are marked so and that the schema does not have.
pub(super) fn strip(schema: &Schema, document: &mut Document) {
    for definition in &mut document.definitions {
        match definition {
            Definition::OperationDefinition(operation) => {
                let root = match operation.operation_type {
                    OperationType::Mutation => "Mutation",
                    _ => "Query",
                };
                set(schema, root, &mut operation.make_mut().selection_set);
            }
            Definition::FragmentDefinition(fragment) => {
                let on = fragment.type_condition.to_string();
                set(schema, &on, &mut fragment.make_mut().selection_set);
            }
            _ => {}
        }
    }
}

fn set(schema: &Schema, on: &str, selections: &mut Vec<Selection>) {
    selections.retain_mut(|selection| match selection {
        Selection::Field(one) => field(schema, on, one.make_mut()),
        Selection::InlineFragment(inline) => {
            let on = inline.type_condition.as_ref().map_or_else(|| on.to_owned(), ToString::to_string);
            let inline = inline.make_mut();
            let before = inline.selection_set.len();
            set(schema, &on, &mut inline.selection_set);
            before == 0 || !inline.selection_set.is_empty()
        }
        Selection::FragmentSpread(_) => true,
    });
}

/// Whether the field stays.
fn field(schema: &Schema, on: &str, field: &mut Field) -> bool {
    let Ok(definition) = schema.type_field(on, &field.name) else { return !field.directives.has(NAME) };
    let before = field.selection_set.len();
    set(schema, definition.ty.inner_named_type(), &mut field.selection_set);
    // Nothing is left to ask of it.
    before == 0 || !field.selection_set.is_empty()
}
