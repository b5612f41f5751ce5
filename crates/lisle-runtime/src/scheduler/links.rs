//! The slab of links: which tasks are members of which groups.
//!
//! A link stands in two lists, that of its group and that of its task; [`super::group`] keeps them.

use lisle_vm::Gc;
use lisle_vm::heap::Tracer;
use lisle_vm::object::ExternalObject;

use super::tasks::TaskId;

/// Names a link; free for another one when it was removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LinkId(u32);

/// No link.
pub(super) const NO_LINK: LinkId = LinkId(u32::MAX);

/// The members of a group, in order of their coming.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LinkList {
    pub(super) first: LinkId,
    pub(super) last: LinkId,
}

impl LinkList {
    /// Nobody.
    pub(super) const EMPTY: LinkList = LinkList { first: NO_LINK, last: NO_LINK };
}

/// A task's membership in a group.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) task: TaskId,
    pub(super) group: Gc<ExternalObject>,
    /// Neighbours in the group.
    pub(super) previous: LinkId,
    pub(super) next: LinkId,
    /// Neighbours among the links of the task. The first has no previous one.
    pub(super) previous_of_task: LinkId,
    pub(super) next_of_task: LinkId,
    /// The group has told the task to end.
    pub(super) dismissed: bool,
}

#[derive(Debug)]
enum Entry {
    Free { next: LinkId },
    Used(Link),
}

/// All links.
#[derive(Debug)]
pub(super) struct Links {
    entries: Vec<Entry>,
    free: LinkId,
    count: usize,
}

impl Default for Links {
    fn default() -> Links {
        Links { entries: Vec::new(), free: NO_LINK, count: 0 }
    }
}

impl Links {
    /// Adds a link.
    pub(super) fn insert(&mut self, link: Link) -> LinkId {
        self.count += 1;
        let id = self.free;
        if id == NO_LINK {
            self.entries.push(Entry::Used(link));
            return LinkId(self.entries.len() as u32 - 1);
        }
        let entry = &mut self.entries[id.0 as usize];
        let Entry::Free { next } = *entry else { unreachable!("the free list holds free entries") };
        *entry = Entry::Used(link);
        self.free = next;
        id
    }

    /// The link of that name.
    pub(super) fn get(&self, id: LinkId) -> &Link {
        match &self.entries[id.0 as usize] {
            Entry::Used(link) => link,
            Entry::Free { .. } => unreachable!("a link is removed from all lists at once"),
        }
    }

    /// The link of that name, for changes.
    pub(super) fn get_mut(&mut self, id: LinkId) -> &mut Link {
        match &mut self.entries[id.0 as usize] {
            Entry::Used(link) => link,
            Entry::Free { .. } => unreachable!("a link is removed from all lists at once"),
        }
    }

    /// Removes a link that stands in no list any more.
    pub(super) fn remove(&mut self, id: LinkId) {
        self.count -= 1;
        self.entries[id.0 as usize] = Entry::Free { next: self.free };
        self.free = id;
        if self.count == 0 {
            self.entries.clear();
            self.free = NO_LINK;
        }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    pub(super) fn trace(&self, tracer: &mut Tracer<'_>) {
        for entry in &self.entries {
            if let Entry::Used(link) = entry {
                tracer.object(link.group);
            }
        }
    }
}
