//! A history for the tests of the screen, in place of the runtime's: a list, and searches that know one word.

use orgdeck::app::{Effect, Event};
use orgdeck::request::{Past, PastPage, PastRow, Record};

/// What was kept, the oldest first.
#[derive(Default)]
pub struct PastList {
    pub kept: Vec<(i64, Record)>,
    /// How many were ever kept.
    pub last: i64,
}

impl PastList {
    /// What the runtime would tell of an effect; `None` where it is no effect of the history's.
    pub fn answer(&mut self, effect: &Effect) -> Option<Event> {
        Some(match effect {
            Effect::Keep(task, record) => {
                self.last += 1;
                self.kept.push((self.last, (**record).clone()));
                Event::HistoryKept(*task, self.last)
            }
            Effect::ReadHistory { id, query, first, count } => {
                let word = query.words.first().map(|word| word.text.to_lowercase()).unwrap_or_default();
                let status = query.status.unwrap_or((0, u16::MAX));
                let fits = |row: &PastRow| {
                    row.address.to_lowercase().contains(&word) && (status.0..=status.1).contains(&row.status)
                };
                let all: Vec<PastRow> = self.kept.iter().rev().map(row).filter(fits).collect();
                let rows = all.iter().skip(*first).take(*count).cloned().collect();
                Event::HistoryRead(*id, Ok(PastPage { total: all.len(), first: *first, rows }))
            }
            Effect::OpenPast(task, id) => {
                let found = self.kept.iter().find(|(own, _)| own == id);
                let past = found.map(|one| Box::new(past(one)));
                Event::PastOpened(*task, Ok(past))
            }
            Effect::OpenBefore(task, request, before) => {
                let earlier = |(id, one): &&(i64, Record)| {
                    before.as_ref().map_or_else(|at| one.exchange.at < *at, |own| id < own) && one.request == **request
                };
                let past = self.kept.iter().rev().find(earlier).map(|one| Box::new(past(one)));
                Event::PastOpened(*task, Ok(past))
            }
            Effect::ForgetPast(id) => {
                self.kept.retain(|(own, _)| id.is_some_and(|id| id != *own));
                Event::HistoryChanged(Ok("Deleted".to_owned()))
            }
            _ => return None,
        })
    }
}

fn past(one: &(i64, Record)) -> Past {
    Past { row: row(one), request: one.1.request.clone(), exchange: (*one.1.exchange).clone() }
}

fn row((id, record): &(i64, Record)) -> PastRow {
    let exchange = &record.exchange;
    PastRow {
        id: *id,
        who: exchange.who.clone(),
        org_id: record.org_id.clone(),
        instance: record.instance.clone(),
        at: exchange.at,
        method: exchange.method.clone(),
        address: record.request.address.clone(),
        url: exchange.url.clone(),
        status: exchange.status,
        failed: exchange.unanswered().map(|why| why.title.clone()).unwrap_or_default(),
        pages: 1,
        took: exchange.timing.total,
        bytes: exchange.body.len(),
    }
}
