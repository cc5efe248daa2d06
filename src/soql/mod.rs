//! SOQL text: tokens with spans, a tolerant syntax tree, errors with their offset.
//!
//! It knows the language, not the org: whether a field exists is somebody else's question.
