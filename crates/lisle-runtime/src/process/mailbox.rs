//! Mailboxes: messages in order of arrival.
//!
//! Every message has a number in its mailbox, and numbers only grow. A selective receive remembers the number up to which it
//! has looked, so that it goes on there when it is woken, whatever was taken out meanwhile. Both ends cost the same whatever
//! the length; taking a message from within costs its distance from the nearer end.

use std::collections::VecDeque;

use lisle_vm::Value;
use lisle_vm::heap::Tracer;

/// Room that an empty mailbox keeps.
const KEPT: usize = 64;

#[derive(Clone, Copy, Debug)]
struct Message {
    number: u64,
    value: Value,
}

/// A mailbox.
#[derive(Debug, Default)]
pub(crate) struct Mailbox {
    messages: VecDeque<Message>,
    /// The number of the next message.
    next: u64,
}

impl Mailbox {
    /// Adds a message at the end.
    #[inline]
    pub(crate) fn push(&mut self, value: Value) {
        self.messages.push_back(Message { number: self.next, value });
        self.next += 1;
    }

    /// The number that a message gets which is handed over without being put in.
    #[inline]
    pub(crate) fn pass(&mut self) -> u64 {
        self.next += 1;
        self.next - 1
    }

    /// Takes the oldest message.
    #[inline]
    pub(crate) fn pop(&mut self) -> Option<(u64, Value)> {
        let message = self.messages.pop_front()?;
        self.tidy();
        Some((message.number, message.value))
    }

    /// Puts a message back that was taken, where it was.
    pub(crate) fn put_back(&mut self, number: u64, value: Value) {
        let index = self.messages.partition_point(|message| message.number < number);
        self.messages.insert(index, Message { number, value });
    }

    /// The oldest message with that number or a larger one.
    pub(crate) fn look(&self, number: u64) -> Option<(u64, Value)> {
        // Most look from the beginning, or at what came last.
        let index = match self.messages.front() {
            Some(first) if first.number >= number => 0,
            _ => self.messages.partition_point(|message| message.number < number),
        };
        self.messages.get(index).map(|message| (message.number, message.value))
    }

    /// Takes the message with that number.
    pub(crate) fn take(&mut self, number: u64) -> Option<Value> {
        let index = self.messages.binary_search_by_key(&number, |message| message.number).ok()?;
        let message = self.messages.remove(index);
        self.tidy();
        message.map(|message| message.value)
    }

    #[inline]
    fn tidy(&mut self) {
        if self.messages.is_empty() && self.messages.capacity() > KEPT {
            self.messages = VecDeque::new();
        }
    }

    /// The number that the next message will have.
    pub(crate) fn end(&self) -> u64 {
        self.next
    }

    /// How many messages there are.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.messages.len()
    }

    /// True when there is none.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    /// Reports the messages.
    pub(crate) fn trace(&self, tracer: &mut Tracer<'_>) {
        for message in &self.messages {
            tracer.value(message.value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(mailbox: &Mailbox) -> Vec<i64> {
        mailbox.messages.iter().filter_map(|m| m.value.as_int()).collect()
    }

    #[test]
    fn messages_keep_their_order_when_one_is_taken_from_within_and_put_back() {
        let mut mailbox = Mailbox::default();
        (0..5).for_each(|n| mailbox.push(Value::int(n)));
        let (number, _) = mailbox.look(2).expect("it is there");
        assert_eq!(mailbox.take(number).and_then(Value::as_int), Some(2));
        assert_eq!(mailbox.take(number).and_then(Value::as_int), None);
        assert_eq!(mailbox.look(2).and_then(|(_, value)| value.as_int()), Some(3));
        mailbox.put_back(number, Value::int(2));
        assert_eq!(numbers(&mailbox), [0, 1, 2, 3, 4]);
    }

    #[test]
    fn a_look_goes_on_after_what_was_seen() {
        let mut mailbox = Mailbox::default();
        mailbox.push(Value::int(7));
        assert!(mailbox.look(mailbox.end()).is_none());
        mailbox.pop();
        mailbox.push(Value::int(8));
        assert_eq!(mailbox.look(1).and_then(|(_, value)| value.as_int()), Some(8));
    }
}
