//! The syntax tree of a query. Names keep the spelling and the place they have in the text.

use super::Span;
use super::date::DateLiteral;

/// A name as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// Its spelling.
    pub text: String,
    /// Its place.
    pub span: Span,
}

impl Name {
    /// Names and keywords do not care for case.
    pub fn is(&self, other: &str) -> bool {
        self.text.eq_ignore_ascii_case(other)
    }
}

/// `Account.Owner.Name`: never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// The parts between the dots.
    pub parts: Vec<Name>,
    /// The whole.
    pub span: Span,
}

impl Path {
    /// The last part.
    pub fn last(&self) -> Option<&Name> {
        self.parts.last()
    }

    /// As written, with dots.
    pub fn dotted(&self) -> String {
        self.parts.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join(".")
    }
}

/// Something that has a value in each row.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// A field, perhaps of a parent.
    Field(Path),
    /// `COUNT(Id)`, `CALENDAR_YEAR(CreatedDate)`, `FIELDS(ALL)`.
    Call {
        /// The function.
        name: Name,
        /// What stands in the brackets.
        args: Vec<Expr>,
        /// The whole.
        span: Span,
    },
    /// A constant argument, as in `GEOLOCATION(37.7, -122.4)`.
    Constant(Value),
}

impl Expr {
    /// Where it stands.
    pub fn span(&self) -> Span {
        match self {
            Self::Field(path) => path.span,
            Self::Call { span, .. } => *span,
            Self::Constant(value) => value.span,
        }
    }
}

/// A constant and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// What it is.
    pub literal: Literal,
    /// Where it stands.
    pub span: Span,
}

/// A constant.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// `null`.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// As written: its digits are not to be lost.
    Number(String),
    /// With escapes resolved.
    Text(String),
    /// As [`Literal::Text`], for LIKE: `\%` and `\_` keep their backslash, so that they stay ordinary characters.
    Pattern(String),
    /// `2026-01-31`, as written.
    Date(String),
    /// `2026-01-31T10:00:00Z`, as written.
    DateTime(String),
    /// `TODAY`, `LAST_N_DAYS:7`.
    Relative(DateLiteral),
    /// `USD5000`: code and amount.
    Currency(String, String),
    /// `:name`, a bind variable of Apex.
    Bind(String),
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// `=`
    Eq,
    /// `!=`, `<>`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `LIKE`
    Like,
    /// `IN`
    In,
    /// `NOT IN`
    NotIn,
    /// `INCLUDES`
    Includes,
    /// `EXCLUDES`
    Excludes,
}

/// The right side of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// One constant.
    One(Value),
    /// A bracketed list.
    Many(Vec<Value>),
    /// A semi-join.
    Query(Box<Query>),
}

/// A condition. AND and OR have two parts or more.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// All hold.
    And(Vec<Condition>),
    /// One holds.
    Or(Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
    /// A comparison.
    Test {
        /// What is compared.
        left: Expr,
        /// How.
        op: Op,
        /// Where the operator stands.
        op_span: Span,
        /// With what.
        right: Operand,
    },
}

/// One item of the select list.
#[derive(Clone, Debug, PartialEq)]
pub enum SelectItem {
    /// A field or a call, with its alias.
    Expr {
        /// What.
        expr: Expr,
        /// Another name for it in the answer.
        alias: Option<Name>,
    },
    /// Child rows.
    Children(Box<Query>),
    /// `TYPEOF what WHEN … END`.
    TypeOf {
        /// The polymorphic relationship.
        what: Path,
        /// `WHEN type THEN fields`; the type is `None` for ELSE.
        cases: Vec<TypeCase>,
    },
}

/// One branch of a TYPEOF.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeCase {
    /// The object, or `None` for ELSE.
    pub object: Option<Name>,
    /// Fields to give then.
    pub fields: Vec<Path>,
}

/// An object of the FROM clause.
#[derive(Clone, Debug, PartialEq)]
pub struct From {
    /// `Account`, `Contacts`, `c.Account`.
    pub path: Path,
    /// Its short name.
    pub alias: Option<Name>,
}

/// How groups are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupKind {
    /// Plain.
    Plain,
    /// `ROLLUP(…)`.
    Rollup,
    /// `CUBE(…)`.
    Cube,
}

/// The GROUP BY clause.
#[derive(Clone, Debug, PartialEq)]
pub struct Grouping {
    /// Plain, rollup or cube.
    pub kind: GroupKind,
    /// By what.
    pub by: Vec<Expr>,
    /// HAVING.
    pub having: Option<Condition>,
}

/// One item of the ORDER BY clause.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderBy {
    /// By what.
    pub expr: Expr,
    /// DESC.
    pub descending: bool,
    /// `NULLS FIRST` (true), `NULLS LAST` (false), or not said.
    pub nulls_first: Option<bool>,
}

/// What a WITH clause asks.
#[derive(Clone, Debug, PartialEq)]
pub enum WithClause {
    /// `SECURITY_ENFORCED`, `USER_MODE`, `SYSTEM_MODE`.
    Mode(Name),
    /// `DATA CATEGORY group AT (name, …) AND …`: groups, selectors and names.
    Categories(Vec<Category>),
    /// `UserId = '005…'`.
    Filter(Name, Value),
    /// `RecordVisibilityContext (name = value, …)`.
    Options(Name, Vec<(Name, Value)>),
}

/// One filter of a `WITH DATA CATEGORY`.
#[derive(Clone, Debug, PartialEq)]
pub struct Category {
    /// The category group.
    pub group: Name,
    /// `AT`, `ABOVE`, `BELOW`, `ABOVE_OR_BELOW`.
    pub selector: Name,
    /// The categories.
    pub names: Vec<Name>,
}

/// `USING LOOKUP object.field BIND field = value, …`.
#[derive(Clone, Debug, PartialEq)]
pub struct Lookup {
    /// The lookup field whose filter counts.
    pub field: Path,
    /// Values for the fields that the filter looks at.
    pub bind: Vec<(Path, Value)>,
}

/// A query.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Query {
    /// The select list.
    pub select: Vec<SelectItem>,
    /// FROM: the first is the object asked, the others are aliases of its relationships.
    pub from: Vec<From>,
    /// `USING SCOPE name`.
    pub scope: Option<Name>,
    /// WHERE.
    pub filter: Option<Condition>,
    /// `USING LOOKUP …`.
    pub lookup: Option<Lookup>,
    /// `WITH …`.
    pub with: Option<WithClause>,
    /// GROUP BY.
    pub grouping: Option<Grouping>,
    /// ORDER BY.
    pub order: Vec<OrderBy>,
    /// LIMIT.
    pub limit: Option<(u64, Span)>,
    /// OFFSET.
    pub offset: Option<(u64, Span)>,
    /// `FOR VIEW`, `FOR REFERENCE`, `FOR UPDATE`; `UPDATE TRACKING`, `UPDATE VIEWSTAT`.
    pub intents: Vec<Name>,
    /// `ALL ROWS`, and where it stands.
    pub all_rows: Option<Span>,
    /// The whole.
    pub span: Span,
}
