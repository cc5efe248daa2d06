//! How a field of a made record gets its value. Each record depends on the spec, its object and its number only, so
//! that a record can point to another without looking at it.

use super::id;
use super::people::People;
use super::schema::{Field, Object, Schema};
use super::spec::DataError;
use super::words::{Place, Rng, Words};
use crate::soql::days_from_civil;
use rusqlite::types::Value;

/// What a field is filled with; the schema's `gen`.
enum Make {
    Word(fn(&Words) -> &[String]),
    Company,
    Person(bool),
    Place(fn(&Place) -> Value),
    Street,
    Postal,
    Near(bool),
    Phone,
    Email,
    Web,
    Text,
    Deal,
    Named(fn(&Words) -> &[String]),
    Pick,
    Multi,
    Int(i64, i64),
    Money(i64, i64),
    Percent,
    Temperature,
    Bool(u32),
    Date(i64, i64),
    Time(i64, i64),
    Birth,
    Code(String),
    Seq(String),
    Serial(String),
    Key(Vec<String>),
    Each(String),
    No,
    Owner,
    Account,
    Contact,
    To(&'static [&'static str]),
    Parent,
}

/// Days since 1970 on which the made history ends: 2026-11-01.
pub(super) fn last_day() -> i64 {
    days_from_civil(2026, 11, 1)
}

fn first_day() -> i64 {
    days_from_civil(2023, 1, 9)
}

/// A number that looks like none, different for each record.
fn code(prefix: &str, seq: i64) -> String {
    format!("{prefix}{:07}", (seq * 7_919 + 104_729) % 10_000_000)
}

/// What all records of one org share.
pub(super) struct Maker<'a> {
    pub(super) schema: &'a Schema,
    pub(super) words: Words,
    pub(super) seed: u64,
    /// How many records each object has, by its position.
    pub(super) counts: Vec<i64>,
    /// Keys of the users who own records; who is in it twice owns twice as much.
    pub(super) owners: Vec<i64>,
    pub(super) admin: i64,
    /// Keys of the rows that are written down.
    pub(super) people: &'a People,
}

/// The columns of one object and how each is filled.
pub(super) struct Recipe<'a> {
    object: &'a Object,
    columns: Vec<(&'a Field, Option<Make>)>,
}

/// What the fields of one record share.
struct Row<'w> {
    rng: Rng,
    seq: i64,
    account: i64,
    owner: i64,
    place: Option<&'w Place>,
    first: &'w str,
    last: &'w str,
    company: Option<(String, String)>,
    /// Seconds since 1970.
    created: i64,
}

impl<'a> Recipe<'a> {
    pub(super) fn new(object: &'a Object) -> Result<Self, DataError> {
        let mut columns = Vec::new();
        for field in object.fields.iter().filter(|field| field.stored()) {
            let make = match &field.raw.make {
                Some(text) => Some(parse(text).ok_or_else(|| {
                    DataError::Schema(format!("{}.{}: no way to make {text}", object.name(), field.name()))
                })?),
                None => None,
            };
            columns.push((field, make));
        }
        Ok(Self { object, columns })
    }

    pub(super) fn columns(&self) -> impl Iterator<Item = &'a Field> {
        self.columns.iter().map(|(field, _)| *field)
    }
}

fn parse(text: &str) -> Option<Make> {
    let mut parts = text.split(':');
    let name = parts.next()?;
    let tail = text.get(name.len() + 1..).unwrap_or("").to_owned();
    let mut number = || parts.next().and_then(|part| part.parse::<i64>().ok());
    Some(match name {
        "company" => Make::Company,
        "first" => Make::Person(true),
        "last" => Make::Person(false),
        "title" => Make::Word(|words| &words.title),
        "department" => Make::Word(|words| &words.department),
        "site" => Make::Word(|words| &words.site),
        "line" => Make::Word(|words| &words.line),
        "subject" => Make::Word(|words| &words.subject),
        "campaign_name" => Make::Named(|words| &words.campaign),
        "product_name" => Make::Named(|words| &words.product),
        "city" => Make::Place(|place| Value::Text(place.city.clone())),
        "country" => Make::Place(|place| Value::Text(place.country.clone())),
        "state" => Make::Place(|place| match place.state.as_str() {
            "" => Value::Null,
            state => Value::Text(state.to_owned()),
        }),
        "street" => Make::Street,
        "postal" => Make::Postal,
        "lat" => Make::Near(true),
        "lon" => Make::Near(false),
        "phone" => Make::Phone,
        "email" => Make::Email,
        "web" => Make::Web,
        "text" => Make::Text,
        "deal" => Make::Deal,
        "pick" => Make::Pick,
        "multi" => Make::Multi,
        "int" => Make::Int(number()?, number()?),
        "money" => Make::Money(number()?, number()?),
        "percent" => Make::Percent,
        "temperature" => Make::Temperature,
        "bool" => Make::Bool(u32::try_from(number()?).ok()?),
        "date" => Make::Date(number()?, number()?),
        "time" => Make::Time(number()?, number()?),
        "birth" => Make::Birth,
        "code" => Make::Code(tail),
        "seq" => Make::Seq(tail),
        "serial" => Make::Serial(tail),
        "key" => Make::Key(tail.split(':').map(str::to_owned).collect()),
        "each" => Make::Each(tail),
        "no" => Make::No,
        "owner" => Make::Owner,
        "account" => Make::Account,
        "contact" => Make::Contact,
        "campaign" => Make::To(&["Campaign"]),
        "product" => Make::To(&["Product2"]),
        "who" => Make::To(&["Contact", "Contact", "Lead"]),
        "what" => Make::To(&["Account", "Opportunity", "Opportunity", "Case", "Campaign", "Shipment__c"]),
        "parent" => Make::Parent,
        _ => return None,
    })
}

impl Maker<'_> {
    fn count(&self, name: &str) -> (usize, i64) {
        let index = self.schema.object(name).map_or(usize::MAX, |object| object.index);
        (index, self.counts.get(index).copied().unwrap_or(0))
    }

    /// The owner of an account, which most of what hangs on the account has too.
    fn owner_of(&self, account: i64) -> i64 {
        Rng::of(self.seed, 1_000, account as u64).pick(&self.owners).copied().unwrap_or(self.admin)
    }

    fn company_of(&self, account: i64) -> (String, String) {
        self.words.company_of(self.seed, account)
    }

    /// The account of a contact: the first contacts go round, so that every account has two; the others crowd.
    fn account_of_contact(&self, contact: i64) -> i64 {
        let (_, accounts) = self.count("Account");
        let accounts = accounts.max(1);
        if contact < 2 * accounts {
            return contact % accounts;
        }
        let mut rng = Rng::of(self.seed, 1_002, contact as u64);
        let below = rng.skewed(accounts) + 1;
        rng.skewed(below)
    }

    fn row(&self, object: &Object, seq: i64) -> Row<'_> {
        let mut rng = Rng::of(self.seed, object.draw, seq as u64);
        let (_, accounts) = self.count("Account");
        let account = match object.name() {
            "Account" => seq,
            "Contact" => self.account_of_contact(seq),
            _ => rng.skewed(accounts.max(1)),
        };
        let strays = rng.chance(10);
        let owner = if strays { rng.pick(&self.owners).copied().unwrap_or(self.admin) } else { self.owner_of(account) };
        let count = self.counts.get(object.index).copied().unwrap_or(1).max(1);
        let span = (last_day() - first_day()) * 86_400;
        let created = first_day() * 86_400 + (span / 2_000) * (seq * 2_000 / count) + rng.below(span / 2_000 + 60_000);
        let place = Rng::of(self.seed, 1_003, account as u64).pick(&self.words.place);
        let first = rng.word(&self.words.first);
        let last = rng.word(&self.words.last);
        Row { rng, seq, account, owner, place, first, last, company: None, created }
    }

    /// Fills `out` with the columns of record number `seq`, after its key.
    pub(super) fn fill(&self, recipe: &Recipe<'_>, seq: i64, out: &mut Vec<Value>) {
        out.clear();
        let mut row = self.row(recipe.object, seq);
        let touched = {
            let left = (last_day() * 86_400 - row.created).max(1);
            row.created + row.rng.below(left.min(i64::from(i32::MAX)))
        };
        for (field, make) in &recipe.columns {
            let value = match (field.name(), make) {
                ("Id", _) => Value::Integer(id::key(recipe.object.index, seq)),
                ("IsDeleted", _) => Value::Integer(i64::from(recipe.object.can("delete") && row.rng.below(120) == 0)),
                ("CreatedDate", _) => Value::Integer(row.created),
                ("LastModifiedDate", _) => Value::Integer(touched),
                ("CreatedById", _) => Value::Integer(if row.rng.chance(30) { self.admin } else { row.owner }),
                ("LastModifiedById", _) => Value::Integer(row.owner),
                (_, Some(make)) if let Some(value) = self.of_number(make, seq) => value,
                (_, Some(make)) if !row.rng.chance(field.raw.null) => self.value(recipe.object, field, make, &mut row),
                _ => Value::Null,
            };
            out.push(value);
        }
    }

    /// What follows from the record's number alone, without a draw.
    fn of_number(&self, make: &Make, seq: i64) -> Option<Value> {
        Some(match make {
            Make::Serial(prefix) => Value::Text(code(prefix, seq)),
            Make::Key(names) => {
                let name = names.get(seq.rem_euclid((names.len() as i64).max(1)) as usize)?;
                Value::Integer(self.people.key(name))
            }
            Make::Each(name) => {
                let target = self.count(name);
                self.link(target, seq.checked_rem(target.1).unwrap_or(0))
            }
            Make::No => Value::Integer(0),
            _ => return None,
        })
    }

    fn value(&self, object: &Object, field: &Field, make: &Make, row: &mut Row<'_>) -> Value {
        let text = match make {
            Make::Word(list) => row.rng.word(list(&self.words)).to_owned(),
            Make::Named(list) => self.numbered(list(&self.words), row.seq),
            Make::Company => self.company(object, row).0,
            Make::Person(true) => row.first.to_owned(),
            Make::Person(false) => row.last.to_owned(),
            Make::Place(part) => return row.place.map_or(Value::Null, part),
            Make::Street => format!("{} {}", 1 + row.rng.below(240), row.rng.word(&self.words.street)),
            Make::Postal => format!("{}{:03}", row.place.map_or("", |place| &place.postal), row.rng.below(1_000)),
            Make::Near(latitude) => {
                let base = row.place.map_or(0.0, |place| if *latitude { place.lat } else { place.lon });
                return Value::Real(base + row.rng.below(10_000) as f64 / 100_000.0);
            }
            Make::Phone => format!("{}{:03}", row.place.map_or("", |place| &place.dial), row.rng.below(1_000)),
            Make::Email => self.email(object, row),
            Make::Web => format!("https://www.{}", self.company(object, row).1),
            Make::Text => self.words.prose(&mut row.rng),
            Make::Deal => format!("{} - {}", self.company(object, row).0, row.rng.word(&self.words.deal)),
            Make::Pick => row.rng.word(&field.raw.values).to_owned(),
            Make::Multi => {
                let chosen = field.raw.values.iter().filter(|_| row.rng.chance(40)).cloned().collect::<Vec<_>>();
                if chosen.is_empty() {
                    return Value::Null;
                }
                chosen.join(";")
            }
            Make::Code(prefix) => code(prefix, row.seq),
            Make::Seq(prefix) => format!("{prefix}{:08}", row.seq + 1_001),
            _ => return self.number(object, make, field, row),
        };
        Value::Text(text)
    }

    fn number(&self, object: &Object, make: &Make, field: &Field, row: &mut Row<'_>) -> Value {
        let rng = &mut row.rng;
        let whole = match make {
            Make::Int(low, high) => low + rng.below(high - low + 1),
            Make::Money(low, high) => {
                // Most amounts are small: the product of two draws.
                let part = rng.below(1_000) * rng.below(1_000);
                let cents = if field.raw.scale >= 2 { rng.below(100) as f64 / 100.0 } else { 0.0 };
                return Value::Real((low + (high - low) * part / 1_000_000) as f64 + cents);
            }
            Make::Percent => return Value::Real(rng.below(1_000) as f64 / 10.0),
            Make::Temperature => return Value::Real(rng.below(450) as f64 / 10.0 - 25.0),
            Make::Bool(percent) => i64::from(rng.chance(*percent)),
            Make::Date(low, high) => row.created / 86_400 + low + rng.below(high - low + 1),
            Make::Time(low, high) => row.created + (low + rng.below(high - low + 1)) * 86_400 + rng.below(86_400),
            Make::Birth => days_from_civil(1950, 1, 1) + rng.below(20_000),
            Make::Owner => row.owner,
            Make::Account => return self.link(self.count("Account"), row.account),
            Make::Contact => {
                let (object, contacts) = self.count("Contact");
                let (_, accounts) = self.count("Account");
                let seq = row.account + accounts * rng.below(2);
                return self.link((object, contacts), seq);
            }
            Make::To(names) => {
                let target = rng.pick(names).map_or((usize::MAX, 0), |name| self.count(name));
                let seq = rng.below(target.1);
                return self.link(target, seq);
            }
            // Only to an earlier one, so that there are no rings.
            Make::Parent if row.seq > 0 => id::key(object.index, rng.below(row.seq)),
            _ => return Value::Null,
        };
        Value::Integer(whole)
    }

    fn link(&self, target: (usize, i64), seq: i64) -> Value {
        if seq < target.1 { Value::Integer(id::key(target.0, seq)) } else { Value::Null }
    }

    /// The company of the row: the account's own, or for a lead a company that is no account.
    fn company(&self, object: &Object, row: &mut Row<'_>) -> (String, String) {
        let number = if object.name() == "Lead" { -1 - row.seq } else { row.account };
        row.company.get_or_insert_with(|| self.company_of(number)).clone()
    }

    fn email(&self, object: &Object, row: &mut Row<'_>) -> String {
        let host = self.company(object, row).1;
        let plain =
            |name: &str| name.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_ascii_lowercase();
        let (first, last) = (plain(row.first), plain(row.last));
        if first.is_empty() || last.is_empty() {
            return format!("mail{}@{host}", row.seq);
        }
        format!("{first}.{last}@{host}")
    }

    /// A name from a short list, with a number once the list is used up.
    fn numbered(&self, list: &[String], seq: i64) -> String {
        let length = (list.len() as i64).max(1);
        let name = list.get((seq % length) as usize).map_or("", String::as_str);
        if seq < length { name.to_owned() } else { format!("{name} {}", seq / length + 1) }
    }
}
