//! The doctor's examinations, which tell a line now and then and end well or badly.

use super::World;
use crate::doctor;
use orgdeck::app::Event;

impl World {
    /// The doctor finds something more, or ends.
    pub fn examine(&mut self) -> String {
        let at = self.dice.below(self.exams.len());
        let (id, who, told) = self.exams[at].clone();
        let lines = doctor::lines();
        if let Some(line) = lines.get(told).filter(|_| self.dice.below(12) > 0) {
            self.exams[at].2 += 1;
            self.tell(Event::Examined(id, Box::new(line.clone())));
            return format!("examined {id}: {:?}", line.check);
        }
        self.exams.remove(at);
        let result = if told == lines.len() { Ok(doctor::report(who)) } else { Err(self.failure(None)) };
        let words = format!("examination {id} ended: {}", result.is_ok());
        self.tell(Event::DoctorEnded(id, Box::new(result)));
        words
    }
}
