//! Numbered things whose numbers are used again.

/// Entries that are allocated together.
const CHUNK: usize = 256;

/// A slab, in chunks: it can grow without anything being moved, which would be a pause with many entries.
#[derive(Debug)]
pub(crate) struct Slab<T> {
    chunks: Vec<Vec<Option<T>>>,
    free: Vec<u32>,
    count: usize,
}

impl<T> Default for Slab<T> {
    fn default() -> Slab<T> {
        Slab { chunks: Vec::new(), free: Vec::new(), count: 0 }
    }
}

impl<T> Slab<T> {
    /// Adds a thing and gives its number.
    pub(crate) fn insert(&mut self, thing: T) -> u32 {
        self.count += 1;
        if let Some(index) = self.free.pop() {
            self.chunks[index as usize / CHUNK][index as usize % CHUNK] = Some(thing);
            return index;
        }
        if self.chunks.last().is_none_or(|chunk| chunk.len() == CHUNK) {
            self.chunks.push(Vec::with_capacity(CHUNK));
        }
        let before = (self.chunks.len() - 1) * CHUNK;
        let Some(chunk) = self.chunks.last_mut() else { unreachable!("a chunk was just added") };
        chunk.push(Some(thing));
        (before + chunk.len() - 1) as u32
    }

    /// Takes a thing out.
    pub(crate) fn remove(&mut self, index: u32) -> T {
        self.count -= 1;
        let thing = self.chunks[index as usize / CHUNK][index as usize % CHUNK].take();
        self.free.push(index);
        match thing {
            Some(thing) => thing,
            None => unreachable!("a number is given back once"),
        }
    }

    /// The thing of that number.
    #[inline]
    pub(crate) fn get(&self, index: u32) -> &T {
        match &self.chunks[index as usize / CHUNK][index as usize % CHUNK] {
            Some(thing) => thing,
            None => unreachable!("a number is used only while its thing is there"),
        }
    }

    /// The thing of that number, for changes.
    #[inline]
    pub(crate) fn get_mut(&mut self, index: u32) -> &mut T {
        match &mut self.chunks[index as usize / CHUNK][index as usize % CHUNK] {
            Some(thing) => thing,
            None => unreachable!("a number is used only while its thing is there"),
        }
    }

    /// The thing of that number, if there is one.
    pub(crate) fn try_get(&self, index: u32) -> Option<&T> {
        self.chunks.get(index as usize / CHUNK)?.get(index as usize % CHUNK)?.as_ref()
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// All, in order of their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        let all = self.chunks.iter().flatten().enumerate();
        all.filter_map(|(index, thing)| thing.as_ref().map(|thing| (index as u32, thing)))
    }
}
