//! Accepting connections.
//!
//! When descriptors have run out, connections wait where they are: accepting pauses, longer each time it fails, and goes on
//! at once when this program closes something.

use std::io::{self, ErrorKind};

use lisle_vm::Heap;
use rustix::io::Errno;

use super::closed;
use super::operations::Alarm;
use super::value::{Kind, Name, Port};
use crate::natives::errors::io_error;
use crate::scheduler::{How, Scheduler};

/// The first pause, and the longest.
const PAUSE_NS: (u64, u64) = (5_000_000, 1_000_000_000);

impl Scheduler {
    /// Takes a connection if there is one. `None`: whoever wants it must wait.
    pub(super) fn try_accept(&mut self, heap: &mut Heap, id: u32, name: &str) -> Option<How> {
        if let Some(returned) = self.take_returned(id) {
            return Some(returned);
        }
        loop {
            let port = self.ports.port(id);
            let Some(handle) = port.handle else { return Some(How::Error(closed(heap, name))) };
            if !port.readable || port.pause.is_some() {
                return None;
            }
            let kind = if port.name.kind == Kind::TcpListener { Kind::TcpStream } else { Kind::UnixStream };
            match self.world.io().accept(handle) {
                Ok((handle, peer)) => {
                    let port = self.ports.port(id);
                    port.pause_ns = 0;
                    let path = match kind {
                        Kind::TcpStream => Some(peer.to_string()),
                        _ => port.name.path.clone(),
                    };
                    let stream = Port::stream(Name::new(kind, path, true, true, false), handle);
                    return Some(How::Value(self.ports.insert(heap, stream)));
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    self.ports.port(id).readable = false;
                    return None;
                }
                // The peer has given up already; or a signal came.
                Err(error) if matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::Interrupted) => {}
                Err(error) if is_shortage(&error) => {
                    self.pause_accepting(id);
                    return None;
                }
                Err(error) => {
                    let address = self.ports.port(id).name.path.clone();
                    return Some(How::Error(io_error(heap, name, None, address.as_deref(), &error)));
                }
            }
        }
    }

    fn pause_accepting(&mut self, id: u32) {
        let (least, most) = PAUSE_NS;
        let port = self.ports.port(id);
        port.pause_ns = (port.pause_ns * 2).clamp(least, most);
        let pause_ns = port.pause_ns;
        let alarm = self.set_alarm(pause_ns, Alarm::Pause(id));
        self.ports.port(id).pause = Some(alarm);
        self.ports.pauses += 1;
    }

    /// A pause is over.
    pub(super) fn end_pause(&mut self, heap: &mut Heap, id: u32) {
        self.ports.port(id).pause = None;
        self.ports.pauses -= 1;
        self.serve_readers(heap, id);
    }

    /// A descriptor was given back: those who pause try again.
    pub(super) fn end_pauses(&mut self, heap: &mut Heap) {
        if self.ports.pauses == 0 {
            return;
        }
        for id in 0..self.ports.ports.len() as u32 {
            let Some(Some(port)) = self.ports.ports.get_mut(id as usize) else { continue };
            if let Some(alarm) = port.pause.take() {
                self.ports.pauses -= 1;
                self.clear_alarm(alarm);
                self.serve_readers(heap, id);
            }
        }
    }
}

/// True when what failed may succeed later: descriptors or memory have run out.
fn is_shortage(error: &io::Error) -> bool {
    let shortages = [Errno::MFILE, Errno::NFILE, Errno::NOBUFS, Errno::NOMEM];
    error.raw_os_error().is_some_and(|number| shortages.iter().any(|errno| errno.raw_os_error() == number))
}
