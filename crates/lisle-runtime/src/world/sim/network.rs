//! A network in memory.
//!
//! Bytes take time to arrive, arrive in pieces, and under faults connections are reset, datagrams are lost, and hosts cannot
//! reach each other for a while. All of that follows from the seed. A program sees what it would see of a real network: half
//! closed connections, full buffers, refused connections.

use std::collections::{BTreeMap, VecDeque};
use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use crate::world::io::{Address, Direction};

/// Bytes under way or unread in one direction before the writer must wait.
const BUFFER_BYTES: usize = 64 * 1024;
/// Connections that wait to be accepted.
const BACKLOG: usize = 128;
/// Ports that are given to those who ask for any.
const FIRST_FREE_PORT: u16 = 49_152;

const NS_PER_MS: u64 = 1_000_000;
/// A datagram must go out at last.
const MOST_PIECES: u64 = 999;

const FAULT_NAMES: &str = "there are none, all, delays, pieces, resets, loss, partitions";

/// How a simulated network behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NetworkFaults {
    /// How long bytes are under way: at least, at most.
    pub delay_ns: (u64, u64),
    /// Reads and writes handle a part of what they could, with this probability in a thousand.
    pub short_per_mille: u64,
    /// A write ends its connection instead, with this probability in a million.
    pub reset_per_million: u64,
    /// A datagram is lost, with this probability in a thousand.
    pub loss_per_mille: u64,
    /// A connection stands still for this long, with a probability of one in a thousand writes: a partition.
    pub partition_ns: u64,
}

impl NetworkFaults {
    /// Bytes arrive soon, in order, and as they were sent.
    pub const NONE: NetworkFaults = NetworkFaults {
        delay_ns: (50_000, 50_000),
        short_per_mille: 0,
        reset_per_million: 0,
        loss_per_mille: 0,
        partition_ns: 0,
    };

    /// What happens in a network that is in order: delays, and bytes that arrive in pieces.
    pub const ORDINARY: NetworkFaults =
        NetworkFaults { delay_ns: (50_000, 5_000_000), short_per_mille: 300, ..NetworkFaults::NONE };

    /// What a list of names says: `none`, `all`, or some of `delays`, `pieces`, `resets`, `loss` and `partitions`, which may
    /// have numbers of their own: the longest delay in milliseconds, the thousandth parts of reads and writes that are cut,
    /// the millionth parts of writes that end their connection, the thousandth parts of datagrams that are lost, and how
    /// many milliseconds a partition takes.
    ///
    /// Errors: what is wrong with the list.
    pub fn parse(list: &str) -> Result<NetworkFaults, String> {
        let mut faults = NetworkFaults::NONE;
        for item in list.split(',').map(str::trim).filter(|item| !item.is_empty()) {
            let (name, number) = match item.split_once('=') {
                None => (item, None),
                Some((name, number)) => {
                    let number = number.parse::<u64>().ok().filter(|number| *number <= 1_000_000);
                    (name, Some(number.ok_or_else(|| format!("{item}: expected a number up to 1000000"))?))
                }
            };
            let all = NetworkFaults::ALL;
            match (name, number) {
                ("none", None) => faults = NetworkFaults::NONE,
                ("all", None) => faults = all,
                ("delays", number) => {
                    let most_ns = number.map_or(all.delay_ns.1, |ms| ms * NS_PER_MS);
                    faults.delay_ns = (NetworkFaults::NONE.delay_ns.0.min(most_ns), most_ns);
                }
                ("pieces", number) => faults.short_per_mille = number.unwrap_or(all.short_per_mille).min(MOST_PIECES),
                ("resets", number) => faults.reset_per_million = number.unwrap_or(all.reset_per_million),
                ("loss", number) => faults.loss_per_mille = number.unwrap_or(all.loss_per_mille),
                ("partitions", number) => faults.partition_ns = number.map_or(all.partition_ns, |ms| ms * NS_PER_MS),
                _ => return Err(format!("there is no fault {item}: {FAULT_NAMES}")),
            }
        }
        Ok(faults)
    }

    /// Everything that can happen.
    pub const ALL: NetworkFaults = NetworkFaults {
        reset_per_million: 2_000,
        loss_per_mille: 50,
        partition_ns: 2_000_000_000,
        ..NetworkFaults::ORDINARY
    };
}

/// One direction of a connection.
#[derive(Debug, Default)]
struct Way {
    /// Pieces and when they arrive; an empty one is the end.
    under_way: VecDeque<(u64, Vec<u8>)>,
    bytes: usize,
    /// The writer has ended it.
    ended: bool,
    /// Nothing arrives before then, whatever was sent: order is kept.
    not_before_ns: u64,
}

/// A socket.
#[derive(Debug)]
pub(super) enum Socket {
    /// Waits for connections.
    Listener { address: Address, waiting: VecDeque<(u64, usize, Address)> },
    /// One end of a connection: `connection` and which of its ends.
    Stream { connection: usize, end: usize, local: Address, connected_ns: Option<u64>, refused: bool },
    /// Sends and receives datagrams.
    Datagrams { address: SocketAddr, arrived: VecDeque<(u64, Vec<u8>, SocketAddr)> },
}

#[derive(Debug, Default)]
struct Connection {
    /// What end 0 writes and end 1 reads, and the other way round.
    ways: [Way; 2],
    /// Somebody has taken it in at the other side.
    accepted: bool,
    reset: bool,
    /// The handles of both ends; none where it was closed or not accepted yet.
    handles: [Option<u32>; 2],
}

/// Whom to tell, and when.
pub(super) type Notice = (u64, u32);

/// All sockets.
#[derive(Debug)]
pub(super) struct Network {
    pub(super) faults: NetworkFaults,
    sockets: BTreeMap<u32, Socket>,
    connections: Vec<Connection>,
    next_port: u16,
    /// Readiness to be told, to be taken after each call.
    pub(super) notices: Vec<Notice>,
}

fn would_block<T>() -> io::Result<T> {
    Err(ErrorKind::WouldBlock.into())
}

fn fault<T>(number: i32) -> io::Result<T> {
    Err(io::Error::from_raw_os_error(number))
}

const EPIPE: i32 = 32;
const EADDRINUSE: i32 = 98;
const ECONNRESET: i32 = 104;
const ENOTCONN: i32 = 107;
const ECONNREFUSED: i32 = 111;
const ENOTSOCK: i32 = 88;

/// Chance, from the seed.
pub(super) type Random<'a> = &'a mut dyn FnMut() -> u64;

fn within(random: Random<'_>, (least, most): (u64, u64)) -> u64 {
    if most > least { least + random() % (most - least) } else { least }
}

impl Network {
    pub(super) fn new(faults: NetworkFaults) -> Network {
        Network {
            faults,
            sockets: BTreeMap::new(),
            connections: Vec::new(),
            next_port: FIRST_FREE_PORT,
            notices: Vec::new(),
        }
    }

    /// An address whose port is not 0.
    fn with_port(&mut self, address: SocketAddr) -> SocketAddr {
        if address.port() != 0 {
            return address;
        }
        let port = self.next_port;
        self.next_port = self.next_port.checked_add(1).unwrap_or(FIRST_FREE_PORT);
        SocketAddr::new(address.ip(), port)
    }

    /// The listener at an address.
    fn listener(&self, address: &Address) -> Option<u32> {
        let serves = |own: &Address| match (own, address) {
            (Address::Net(own), Address::Net(wanted)) => {
                own.port() == wanted.port() && (own.ip() == wanted.ip() || own.ip().is_unspecified())
            }
            (own, wanted) => own == wanted,
        };
        self.sockets.iter().find_map(|(handle, socket)| match socket {
            Socket::Listener { address, .. } if serves(address) => Some(*handle),
            _ => None,
        })
    }

    pub(super) fn listen(&mut self, handle: u32, address: &Address) -> io::Result<()> {
        let address = match address {
            Address::Net(address) => Address::Net(self.with_port(*address)),
            Address::Path(_) => address.clone(),
        };
        if self.listener(&address).is_some() {
            return fault(EADDRINUSE);
        }
        self.sockets.insert(handle, Socket::Listener { address, waiting: VecDeque::new() });
        Ok(())
    }

    pub(super) fn connect(&mut self, handle: u32, to: &Address, now_ns: u64, random: Random<'_>) -> io::Result<()> {
        let delay_ns = within(random, self.faults.delay_ns);
        let arrives_ns = now_ns + delay_ns;
        let known_ns = arrives_ns + delay_ns;
        let local = match to {
            Address::Net(to) => Address::Net(self.with_port(SocketAddr::new(to.ip(), 0))),
            Address::Path(_) => Address::Path(String::new()),
        };
        let connection = self.connections.len();
        self.connections.push(Connection { handles: [Some(handle), None], ..Connection::default() });
        let listener = self.listener(to);
        let mut refused = true;
        if let Some(listener) = listener
            && let Some(Socket::Listener { waiting, .. }) = self.sockets.get_mut(&listener)
            && waiting.len() < BACKLOG
        {
            refused = false;
            waiting.push_back((arrives_ns, connection, local.clone()));
            self.notices.push((arrives_ns, listener));
        }
        let stream = Socket::Stream { connection, end: 0, local, connected_ns: Some(known_ns), refused };
        self.sockets.insert(handle, stream);
        self.notices.push((known_ns, handle));
        Ok(())
    }

    pub(super) fn connected(&mut self, handle: u32, now_ns: u64) -> io::Result<()> {
        match self.sockets.get_mut(&handle) {
            Some(Socket::Stream { connected_ns: Some(at_ns), .. }) if *at_ns > now_ns => would_block(),
            Some(Socket::Stream { refused: true, .. }) => fault(ECONNREFUSED),
            Some(Socket::Stream { connected_ns, .. }) => {
                *connected_ns = None;
                Ok(())
            }
            _ => fault(ENOTSOCK),
        }
    }

    /// Takes a connection in as `handle`: with whom.
    pub(super) fn accept(&mut self, listener: u32, handle: u32, now_ns: u64) -> io::Result<Address> {
        let Some(Socket::Listener { address, waiting }) = self.sockets.get_mut(&listener) else {
            return fault(ENOTSOCK);
        };
        match waiting.front() {
            Some((at_ns, _, _)) if *at_ns <= now_ns => {}
            _ => return would_block(),
        }
        let local = address.clone();
        let Some((_, connection, peer)) = waiting.pop_front() else { return would_block() };
        let taken = &mut self.connections[connection];
        taken.handles[1] = Some(handle);
        taken.accepted = true;
        // What was sent before anybody was there to be told.
        self.notices.extend(taken.ways[0].under_way.iter().map(|(at_ns, _)| (*at_ns, handle)));
        let stream = Socket::Stream { connection, end: 1, local, connected_ns: None, refused: false };
        self.sockets.insert(handle, stream);
        Ok(peer)
    }

    fn stream(&self, handle: u32) -> io::Result<(usize, usize)> {
        match self.sockets.get(&handle) {
            Some(Socket::Stream { connection, end, connected_ns: None, .. }) => Ok((*connection, *end)),
            Some(Socket::Stream { .. }) => fault(ENOTCONN),
            _ => fault(ENOTSOCK),
        }
    }

    pub(super) fn read(
        &mut self,
        handle: u32,
        buffer: &mut [u8],
        now_ns: u64,
        random: Random<'_>,
    ) -> io::Result<usize> {
        let (connection, end) = self.stream(handle)?;
        let faults = self.faults;
        let connection = &mut self.connections[connection];
        let way = &mut connection.ways[1 - end];
        let mut count = 0;
        while count < buffer.len()
            && let Some((at_ns, piece)) = way.under_way.front_mut()
            && *at_ns <= now_ns
        {
            if piece.is_empty() {
                if count == 0 {
                    return Ok(0);
                }
                // The end is told of again: it may have been told before, with what came before it.
                self.notices.push((now_ns, handle));
                break;
            }
            let mut part = piece.len().min(buffer.len() - count);
            let short = random() % 1000 < faults.short_per_mille;
            if short && part > 1 {
                part = 1 + (random() % (part as u64 - 1)) as usize;
            }
            buffer[count..count + part].copy_from_slice(&piece[..part]);
            count += part;
            piece.drain(..part);
            if piece.is_empty() {
                way.under_way.pop_front();
            }
            if short {
                // The rest is told of at once.
                self.notices.push((now_ns, handle));
                break;
            }
        }
        if count == 0 {
            return if connection.reset { fault(ECONNRESET) } else { would_block() };
        }
        let was_full = way.bytes >= BUFFER_BYTES;
        way.bytes -= count;
        if was_full && let Some(writer) = connection.handles[1 - end] {
            self.notices.push((now_ns + faults.delay_ns.0, writer));
        }
        Ok(count)
    }

    pub(super) fn write(&mut self, handle: u32, bytes: &[u8], now_ns: u64, random: Random<'_>) -> io::Result<usize> {
        let (index, end) = self.stream(handle)?;
        let faults = self.faults;
        let connection = &mut self.connections[index];
        if connection.reset || connection.ways[end].ended {
            return fault(EPIPE);
        }
        if faults.reset_per_million > 0 && random() % 1_000_000 < faults.reset_per_million {
            self.reset(index, now_ns);
            return fault(ECONNRESET);
        }
        let reader = connection.handles[1 - end];
        let way = &mut connection.ways[end];
        let room = BUFFER_BYTES.saturating_sub(way.bytes);
        if room == 0 {
            return would_block();
        }
        let mut count = bytes.len().min(room);
        let short = random() % 1000 < faults.short_per_mille && count > 1;
        if short {
            count = 1 + (random() % (count as u64 - 1)) as usize;
        }
        if faults.partition_ns > 0 && random().is_multiple_of(1000) {
            way.not_before_ns = now_ns + random() % faults.partition_ns;
        }
        way.bytes += count;
        let at_ns = way.send(now_ns + within(random, faults.delay_ns), bytes[..count].to_vec());
        if let Some(reader) = reader {
            self.notices.push((at_ns, reader));
        }
        Ok(count)
    }

    fn reset(&mut self, index: usize, now_ns: u64) {
        let connection = &mut self.connections[index];
        connection.reset = true;
        for way in &mut connection.ways {
            way.under_way.clear();
            way.bytes = 0;
        }
        let told = connection.handles.into_iter().flatten();
        self.notices.extend(told.map(|handle| (now_ns, handle)));
    }

    pub(super) fn shutdown(&mut self, handle: u32, direction: Direction, now_ns: u64) -> io::Result<()> {
        let (index, end) = self.stream(handle)?;
        if direction != Direction::Read {
            self.end_way(index, end, now_ns);
        }
        if direction != Direction::Write {
            let way = &mut self.connections[index].ways[1 - end];
            way.under_way.clear();
            way.under_way.push_back((0, Vec::new()));
        }
        Ok(())
    }

    fn end_way(&mut self, index: usize, end: usize, now_ns: u64) {
        let delay_ns = self.faults.delay_ns.0;
        let connection = &mut self.connections[index];
        let way = &mut connection.ways[end];
        if !way.ended {
            way.ended = true;
            let at_ns = way.send(now_ns + delay_ns, Vec::new());
            if let Some(reader) = connection.handles[1 - end] {
                self.notices.push((at_ns, reader));
            }
        }
    }

    pub(super) fn close(&mut self, handle: u32, now_ns: u64) {
        match self.sockets.remove(&handle) {
            Some(Socket::Stream { connection: index, end, .. }) => {
                self.connections[index].handles[end] = None;
                let unread = self.connections[index].ways[1 - end].bytes > 0;
                self.end_way(index, end, now_ns);
                if unread {
                    // As with real sockets: what is thrown away unread is a reset for the other side.
                    self.reset(index, now_ns);
                }
                // Nobody will read what the other side writes.
                self.connections[index].ways[1 - end].ended = true;
                // What was sent before it was accepted is still there to be read, end included.
                if self.connections[index].accepted && self.connections[index].handles == [None, None] {
                    self.connections[index].ways = Default::default();
                }
            }
            Some(Socket::Listener { waiting, .. }) => {
                for (_, index, _) in waiting {
                    self.reset(index, now_ns);
                }
            }
            Some(Socket::Datagrams { .. }) | None => {}
        }
    }

    pub(super) fn bind_datagrams(&mut self, handle: u32, address: SocketAddr) -> io::Result<()> {
        let address = self.with_port(address);
        let taken = |socket: &Socket| matches!(socket, Socket::Datagrams { address: other, .. } if *other == address);
        if self.sockets.values().any(taken) {
            return fault(EADDRINUSE);
        }
        self.sockets.insert(handle, Socket::Datagrams { address, arrived: VecDeque::new() });
        Ok(())
    }

    pub(super) fn send_to(
        &mut self,
        handle: u32,
        bytes: &[u8],
        to: SocketAddr,
        now_ns: u64,
        random: Random<'_>,
    ) -> io::Result<usize> {
        let Some(Socket::Datagrams { address: from, .. }) = self.sockets.get(&handle) else { return fault(ENOTSOCK) };
        let from = match from.ip().is_unspecified() {
            true => SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), from.port()),
            false => *from,
        };
        if random() % 1000 < self.faults.short_per_mille {
            // The system has no room for it just now.
            self.notices.push((now_ns + self.faults.delay_ns.0, handle));
            return would_block();
        }
        if random() % 1000 < self.faults.loss_per_mille {
            return Ok(bytes.len());
        }
        let at_ns = now_ns + within(random, self.faults.delay_ns);
        for (handle, socket) in &mut self.sockets {
            if let Socket::Datagrams { address, arrived } = socket
                && address.port() == to.port()
                && (address.ip() == to.ip() || address.ip().is_unspecified())
            {
                // Datagrams overtake each other.
                let place = arrived.partition_point(|(other_ns, _, _)| *other_ns <= at_ns);
                arrived.insert(place, (at_ns, bytes.to_vec(), from));
                self.notices.push((at_ns, *handle));
                break;
            }
        }
        Ok(bytes.len())
    }

    pub(super) fn receive_from(
        &mut self,
        handle: u32,
        buffer: &mut [u8],
        now_ns: u64,
    ) -> io::Result<(usize, SocketAddr)> {
        let Some(Socket::Datagrams { arrived, .. }) = self.sockets.get_mut(&handle) else { return fault(ENOTSOCK) };
        match arrived.front() {
            Some((at_ns, _, _)) if *at_ns <= now_ns => {}
            _ => return would_block(),
        }
        let Some((_, bytes, from)) = arrived.pop_front() else { return would_block() };
        let count = bytes.len().min(buffer.len());
        buffer[..count].copy_from_slice(&bytes[..count]);
        Ok((count, from))
    }

    pub(super) fn local_address(&self, handle: u32) -> io::Result<Address> {
        match self.sockets.get(&handle) {
            Some(Socket::Listener { address, .. }) => Ok(address.clone()),
            Some(Socket::Stream { local, .. }) => Ok(local.clone()),
            Some(Socket::Datagrams { address, .. }) => Ok(Address::Net(*address)),
            None => fault(ENOTSOCK),
        }
    }
}

impl Way {
    /// Sends a piece: when it arrives. Pieces arrive in their order.
    fn send(&mut self, at_ns: u64, piece: Vec<u8>) -> u64 {
        let last_ns = self.under_way.back().map_or(0, |(at_ns, _)| *at_ns);
        let at_ns = at_ns.max(last_ns).max(self.not_before_ns);
        self.under_way.push_back((at_ns, piece));
        at_ns
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_have_names() {
        assert_eq!(NetworkFaults::parse("all"), Ok(NetworkFaults::ALL));
        assert_eq!(NetworkFaults::parse("none"), Ok(NetworkFaults::NONE));
        assert_eq!(NetworkFaults::parse("delays,pieces"), Ok(NetworkFaults::ORDINARY));
        let faults = NetworkFaults::parse("all, resets=0,delays=1,partitions=5").unwrap();
        assert_eq!(
            (faults.reset_per_million, faults.delay_ns, faults.partition_ns),
            (0, (50_000, 1_000_000), 5_000_000)
        );
        assert_eq!(NetworkFaults::parse("delays=0").unwrap().delay_ns, (0, 0));
        assert!(NetworkFaults::parse("fire").unwrap_err().contains("partitions"));
        assert!(NetworkFaults::parse("loss=x").is_err());
        assert!(NetworkFaults::parse("all=3").is_err());
    }
}
