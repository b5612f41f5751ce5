//! Saying where in a value something is that cannot be sent.

use std::collections::{HashMap, HashSet, VecDeque};

use lisle_vm::object::traits_of;
use lisle_vm::ops::machine_text;
use lisle_vm::vm::State;
use lisle_vm::{Heap, Tag, Value};

use super::children::each_child;
use super::pack::{Globals, is_unsendable};

/// The shortest way from a value to the first thing in it that cannot be sent, as people read it, and that thing.
/// `captured 'conn' → :socket`; empty for the value itself. Looks at each object once; not for values that can be sent.
pub(crate) fn way_to_unsendable(
    heap: &mut Heap,
    state: &State,
    known: &mut Globals,
    root: Value,
) -> Option<(String, Value)> {
    let mut seen = HashSet::new();
    // Where each object was found first: in which, and how it is called there.
    let mut found: HashMap<u64, (Value, String)> = HashMap::new();
    let mut queue = VecDeque::from([root]);
    while let Some(value) = queue.pop_front() {
        if !value.is_heap() || !seen.insert(value.bits()) || sends_by_name(state, value) {
            continue;
        }
        if is_unsendable(heap, state, value) {
            return Some((way(&found, root, value), value));
        }
        for (label, child) in labelled_children(heap, known, value) {
            if child.is_heap() && !seen.contains(&child.bits()) {
                found.entry(child.bits()).or_insert((value, label));
                queue.push_back(child);
            }
        }
    }
    None
}

fn sends_by_name(state: &State, value: Value) -> bool {
    state.predefined_name(value).is_some()
}

fn way(found: &HashMap<u64, (Value, String)>, root: Value, end: Value) -> String {
    let mut labels = Vec::new();
    let mut at = end;
    while !at.is_identical(root)
        && let Some((parent, label)) = found.get(&at.bits())
    {
        if !label.is_empty() {
            labels.push(label.as_str());
        }
        at = *parent;
    }
    labels.reverse();
    labels.join(" → ")
}

fn labelled_children(heap: &Heap, known: &mut Globals, value: Value) -> Vec<(String, Value)> {
    let mut children = Vec::new();
    match value.tag() {
        Tag::Closure => {
            let Some(closure) = value.as_closure() else { return children };
            let code = closure.proto.code();
            for (index, child) in closure.captures().iter().enumerate() {
                let name = code.capture_names.get(index).map_or("?", |name| name.name());
                children.push((format!("captured '{name}'"), *child));
            }
            for slot in &*known.of(&closure.proto.unit, closure.proto.index) {
                let name = closure.proto.unit.globals.get(*slot as usize).map_or("?", |name| name.name());
                children.push((format!("captured '{name}'"), closure.instance.slots()[*slot as usize]));
            }
        }
        Tag::Struct => {
            for (key, child) in value.as_struct().iter().flat_map(|s| s.iter()) {
                let name = machine_text(heap, key);
                children.push((format!("the key {name}"), key));
                children.push((name, child));
            }
        }
        // The place of a captured variable is not seen by programs.
        Tag::Cell => each_child(heap, value, &mut |child| children.push((String::new(), child))),
        Tag::Box => each_child(heap, value, &mut |child| children.push(("the box".to_owned(), child))),
        Tag::Pair => list_children(value, &mut children),
        _ => {
            let mut index = 0;
            each_child(heap, value, &mut |child| {
                children.push((format!("[{index}]"), child));
                index += 1;
            });
        }
    }
    if let Some(traits) = traits_of(value) {
        children.push(("its traits".to_owned(), traits));
    }
    children
}

fn list_children(list: Value, children: &mut Vec<(String, Value)>) {
    let (mut rest, mut index) = (list, 0);
    while let Some(pair) = rest.as_pair() {
        children.push((format!("[{index}]"), pair.first));
        rest = pair.rest;
        index += 1;
    }
    if rest.tag() != Tag::EmptyList {
        children.push(("the rest".to_owned(), rest));
    }
}
