//! Connecting: to one address, or to a name with several, as RFC 8305 has it.
//!
//! Addresses are tried in turn, families alternating; the next one as soon as one has failed, or when the last attempt has
//! taken a quarter of a second. The first that answers wins, and the others are closed.

use std::collections::VecDeque;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr};

use lisle_vm::Heap;

use super::Owner;
use super::jobs::JobOwner;
use super::operations::{Alarm, What};
use super::value::{Kind, Name, Port};
use crate::natives::errors::{dns_error, io_error};
use crate::scheduler::{Answer, How, Scheduler, TaskId};
use crate::wheel::TimerId;
use crate::world::io::{Address, Handle, Job, SocketOptions};

/// How long an attempt is waited for before the next begins (RFC 8305, section 5).
const ATTEMPT_NS: u64 = 250_000_000;

/// How long until a full queue of connections is tried again.
const FULL_NS: u64 = 10_000_000;

/// A connection that is to be.
#[derive(Debug)]
pub(crate) struct Connecting {
    /// What programs call the operation.
    pub(crate) name: &'static str,
    /// With whom, as the program says it.
    pub(crate) shown: String,
    pub(crate) options: SocketOptions,
    /// Those that were not tried yet.
    pub(crate) addresses: VecDeque<Address>,
    /// Attempts under way.
    attempts: Vec<Handle>,
    /// When the next begins.
    next: Option<(TimerId, u32)>,
    /// Why the first of them failed.
    error: Option<io::Error>,
}

impl Connecting {
    /// To one address.
    pub(crate) fn to(
        name: &'static str,
        shown: String,
        address: Option<Address>,
        options: SocketOptions,
    ) -> Connecting {
        let addresses = address.into_iter().collect();
        Connecting { name, shown, options, addresses, attempts: Vec::new(), next: None, error: None }
    }
}

/// Families alternate, beginning with that of the first.
pub(crate) fn interleaved(addresses: Vec<SocketAddr>) -> impl Iterator<Item = SocketAddr> {
    let first_is_v6 = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let (first, second): (Vec<_>, Vec<_>) = addresses.into_iter().partition(|a| a.is_ipv6() == first_is_v6);
    let (mut first, mut second) = (first.into_iter(), second.into_iter());
    let mut turn = false;
    std::iter::from_fn(move || {
        turn = !turn;
        if turn { first.next().or_else(|| second.next()) } else { second.next().or_else(|| first.next()) }
    })
}

/// The address in a text that is one; brackets around IPv6 are allowed.
pub(crate) fn literal(host: &str) -> Option<IpAddr> {
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host).parse().ok()
}

impl Scheduler {
    /// Begins to connect; `host` is to be looked up first.
    pub(super) fn connect(
        &mut self,
        heap: &mut Heap,
        id: TaskId,
        connecting: Connecting,
        host: Option<(String, u16)>,
        timeout_ns: Option<u64>,
    ) -> Answer {
        let name = connecting.name;
        let token = self.wait_for(id, name, None, What::Connect(Box::new(connecting)), timeout_ns);
        match host {
            Some((host, port)) => {
                self.start_job(Job::Resolve { host, port }, JobOwner::Operation(token));
            }
            None => self.try_next_address(heap, token, false),
        }
        Answer::Parked
    }

    fn connecting(&mut self, token: u64) -> Option<&mut Connecting> {
        match &mut self.ports.operations.get(token)?.what {
            What::Connect(connecting) => Some(connecting),
            _ => None,
        }
    }

    /// The name was looked up.
    pub(super) fn addresses_found(&mut self, heap: &mut Heap, token: u64, found: io::Result<Vec<SocketAddr>>) {
        let Some(connecting) = self.connecting(token) else { return };
        match found {
            Ok(addresses) => {
                connecting.addresses = interleaved(addresses).map(Address::Net).collect();
                self.try_next_address(heap, token, false);
            }
            Err(error) => {
                let (name, shown) = (connecting.name, connecting.shown.clone());
                let host = shown.rsplit_once(':').map_or(shown.as_str(), |(host, _)| host);
                let error = dns_error(heap, name, host, &error);
                self.finish_operation(heap, token, How::Error(error));
            }
        }
    }

    /// Tries addresses until one is under way. `rung`: the time for it has come.
    pub(super) fn try_next_address(&mut self, heap: &mut Heap, token: u64, rung: bool) {
        loop {
            let Some(connecting) = self.connecting(token) else { return };
            let alarm = connecting.next.take().filter(|_| !rung);
            let next = connecting.addresses.pop_front();
            let options = connecting.options;
            if let Some(alarm) = alarm {
                self.clear_alarm(alarm);
            }
            let Some(address) = next else { return self.fail_if_hopeless(heap, token) };
            match self.world.io().connect(&address, &options) {
                Ok(handle) => {
                    self.ports.set_owner(handle, Owner::Connect(token));
                    let Some(connecting) = self.connecting(token) else { return };
                    connecting.attempts.push(handle);
                    if !connecting.addresses.is_empty() {
                        let alarm = self.set_alarm(ATTEMPT_NS, Alarm::Attempt(token));
                        if let Some(connecting) = self.connecting(token) {
                            connecting.next = Some(alarm);
                        }
                    }
                    return self.look_at_attempt(heap, token, handle);
                }
                // The queue of a Unix socket is full.
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    let alarm = self.set_alarm(FULL_NS, Alarm::Attempt(token));
                    if let Some(connecting) = self.connecting(token) {
                        connecting.addresses.push_front(address);
                        connecting.next = Some(alarm);
                    }
                    return;
                }
                Err(error) => {
                    if let Some(connecting) = self.connecting(token) {
                        connecting.error.get_or_insert(error);
                    }
                }
            }
        }
    }

    /// Something has happened to an attempt.
    pub(super) fn look_at_attempt(&mut self, heap: &mut Heap, token: u64, handle: Handle) {
        match self.world.io().connected(handle) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Ok(()) => {
                let Some(connecting) = self.connecting(token) else { return };
                connecting.attempts.retain(|attempt| *attempt != handle);
                let kind = if connecting.name == "unix/connect" { Kind::UnixStream } else { Kind::TcpStream };
                let shown = connecting.shown.clone();
                let stream = Port::stream(Name::new(kind, Some(shown), true, true, false), handle);
                let value = self.ports.insert(heap, stream);
                self.finish_operation(heap, token, How::Value(value));
            }
            Err(error) => {
                self.close_handle(handle);
                let Some(connecting) = self.connecting(token) else { return };
                connecting.attempts.retain(|attempt| *attempt != handle);
                connecting.error.get_or_insert(error);
                self.try_next_address(heap, token, false);
            }
        }
    }

    fn fail_if_hopeless(&mut self, heap: &mut Heap, token: u64) {
        let Some(connecting) = self.connecting(token) else { return };
        if !connecting.attempts.is_empty() {
            return;
        }
        let (name, shown) = (connecting.name, connecting.shown.clone());
        let error = connecting.error.take().unwrap_or_else(|| ErrorKind::AddrNotAvailable.into());
        let error = io_error(heap, name, None, Some(&shown), &error);
        self.finish_operation(heap, token, How::Error(error));
    }

    /// Closes the attempts of an operation that has ended.
    pub(super) fn drop_attempts(&mut self, connecting: &Connecting) {
        for handle in &connecting.attempts {
            self.close_handle(*handle);
        }
        if let Some(alarm) = connecting.next {
            self.clear_alarm(alarm);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_alternate() {
        let parse = |text: &str| text.split(' ').map(|a| a.parse().unwrap()).collect::<Vec<SocketAddr>>();
        let mixed = parse("[::1]:1 [::2]:1 [::3]:1 1.1.1.1:1 2.2.2.2:1");
        let order = parse("[::1]:1 1.1.1.1:1 [::2]:1 2.2.2.2:1 [::3]:1");
        assert_eq!(interleaved(mixed).collect::<Vec<_>>(), order);
    }
}
