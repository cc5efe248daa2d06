//! `cargo fuzz run soql -- -dict=fuzz/soql.dict`
//!
//! Any text: the SOQL and SOSL parsers never panic, and every span they tell lies within the text, between characters.
#![no_main]

use libfuzzer_sys::fuzz_target;
use orgdeck::soql::{Condition, Expr, Operand, Query, SelectItem, Span, parse, parse_search, pointed, tokens};

fuzz_target!(|text: &str| {
    let mut end = 0;
    for token in tokens(text) {
        fits(text, token.span);
        assert!(token.span.start >= end && token.span.end > token.span.start, "tokens come in order and are not empty");
        end = token.span.end;
    }
    let parsed = parse(text);
    assert!(parsed.query.is_some() || !parsed.errors.is_empty());
    for error in &parsed.errors {
        fits(text, error.span);
        pointed(text, error.span.start, &error.message);
    }
    if let Some(query) = &parsed.query {
        look(text, query);
    }
    if let Err(error) = parse_search(text) {
        fits(text, error.span);
        pointed(text, error.span.start, &error.message);
    }
});

fn fits(text: &str, span: Span) {
    assert!(text.get(span.start..span.end).is_some(), "{span:?} does not fit {text:?}");
}

fn look(text: &str, query: &Query) {
    fits(text, query.span);
    for item in &query.select {
        match item {
            SelectItem::Expr { expr, alias } => {
                of(text, expr);
                alias.iter().for_each(|alias| fits(text, alias.span));
            }
            SelectItem::Children(inner) => look(text, inner),
            SelectItem::TypeOf { what, cases } => {
                fits(text, what.span);
                cases.iter().flat_map(|case| &case.fields).for_each(|path| fits(text, path.span));
            }
        }
    }
    query.from.iter().for_each(|from| fits(text, from.path.span));
    query.filter.iter().for_each(|condition| test(text, condition));
    query.order.iter().for_each(|item| of(text, &item.expr));
    query.limit.iter().chain(&query.offset).for_each(|(_, span)| fits(text, *span));
    if let Some(grouping) = &query.grouping {
        grouping.by.iter().for_each(|expr| of(text, expr));
        grouping.having.iter().for_each(|condition| test(text, condition));
    }
}

fn of(text: &str, expr: &Expr) {
    fits(text, expr.span());
    if let Expr::Call { args, .. } = expr {
        args.iter().for_each(|arg| of(text, arg));
    }
}

fn test(text: &str, condition: &Condition) {
    match condition {
        Condition::And(parts) | Condition::Or(parts) => parts.iter().for_each(|part| test(text, part)),
        Condition::Not(inner) => test(text, inner),
        Condition::Test { left, op_span, right, .. } => {
            of(text, left);
            fits(text, *op_span);
            match right {
                Operand::One(value) => fits(text, value.span),
                Operand::Many(values) => values.iter().for_each(|value| fits(text, value.span)),
                Operand::Query(query) => look(text, query),
            }
        }
    }
}
