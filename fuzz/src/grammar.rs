//! Programs grown from a grammar: mostly well-formed, with names that mostly exist.

use crate::random::Random;

/// Grows one program.
pub(crate) fn program(random: &mut Random) -> String {
    let mut grower = Grower { random, out: String::new(), names: Vec::new(), macros: Vec::new(), size: 0 };
    for _ in 0..1 + grower.random.below(4) {
        grower.top_level();
        grower.out.push('\n');
    }
    grower.out
}

/// Functions of which some are called with a matching number of arguments.
const FUNCTIONS: &[(&str, usize)] = &[
    ("+", 2),
    ("-", 2),
    ("*", 2),
    ("/", 2),
    ("<", 2),
    ("=", 2),
    ("mod", 2),
    ("inc", 1),
    ("dec", 1),
    ("not", 1),
    ("list", 3),
    ("array", 2),
    ("first", 1),
    ("rest", 1),
    ("length", 1),
    ("get", 2),
    ("put", 3),
    ("push", 2),
    ("pop", 1),
    ("string", 2),
    ("type-of", 1),
    ("map", 2),
    ("filter", 2),
    ("fold", 3),
    ("sort", 1),
    ("reverse", 1),
    ("concat", 2),
    ("append", 2),
    ("keys", 1),
    ("values", 1),
    ("pairs", 1),
    ("freeze", 1),
    ("thaw", 1),
    ("hash", 1),
    ("compare", 2),
    ("identity", 1),
    ("pair", 2),
    ("slice", 2),
    ("zip", 2),
    ("flatten", 1),
    ("distinct", 1),
    ("box", 1),
    ("unbox", 1),
    ("rebox", 2),
    ("fiber/new", 2),
    ("fiber/resume", 1),
    ("fiber/status", 1),
    ("ev/spawn", 1),
    ("ev/join", 1),
    ("string/split", 2),
    ("parse-int", 1),
    ("read", 1),
    ("range", 1),
    ("sort-by", 2),
    ("sort-with", 2),
    ("merge", 2),
    ("update", 3),
    ("apply", 2),
    ("println", 1),
    ("yield", 1),
    ("error", 1),
    ("deep-freeze", 1),
    ("string/format", 2),
    ("group-by", 2),
    ("memoize", 1),
];

const ATOMS: &[&str] = &[
    "nil",
    "true",
    "false",
    "0",
    "1",
    "-1",
    "2.5",
    "1e9",
    "9223372036854775807",
    ":a",
    ":b",
    "\"text\"",
    "\"é\"",
    "@\"m\"",
    "'sym",
    "()",
    "[]",
    "{}",
    "@[]",
    "@{}",
    "||",
    "@||",
    "b[1 2]",
    "|1 2|",
    "[1 2 3]",
    "{:a 1 :b 2}",
    "'(a b)",
    ":yield",
    ":error",
];

struct Grower<'a> {
    random: &'a mut Random,
    out: String,
    /// Names that are bound here, and whether they may be assigned; the newest last.
    names: Vec<(String, bool)>,
    macros: Vec<(String, usize)>,
    size: usize,
}

impl Grower<'_> {
    fn put(&mut self, text: &str) {
        self.out.push_str(text);
        self.size += 1;
    }

    fn name(&mut self) -> String {
        // Few names, so that they shadow one another.
        const NAMES: &[&str] = &["a", "b", "c", "x", "y", "f", "g", "map", "first", "list", "t", "xs", "+", "first"];
        (*self.random.pick(NAMES)).to_owned()
    }

    fn scoped(&mut self, body: impl FnOnce(&mut Self)) {
        let names = self.names.len();
        body(self);
        self.names.truncate(names);
    }

    fn bind(&mut self, name: &str, mutable: bool) {
        self.names.push((name.to_owned(), mutable));
    }

    /// A pattern whose names are bound only after what follows it.
    fn pattern_then(&mut self, depth: usize, then: impl FnOnce(&mut Self)) {
        let outer = self.names.len();
        self.pattern(depth, false);
        let bound = self.names.split_off(outer);
        then(self);
        self.names.extend(bound);
    }

    /// A name that may be assigned here.
    fn assignable(&mut self) -> Option<String> {
        let (name, _) = self.names.get(self.random.below(self.names.len()))?.clone();
        let newest = self.names.iter().rev().find(|(n, _)| *n == name)?;
        newest.1.then_some(name)
    }

    fn top_level(&mut self) {
        match self.random.below(8) {
            0 | 1 => {
                let name = self.name();
                self.bind(&name, false);
                self.put(&format!("(defn {name} "));
                self.scoped(|g| {
                    g.parameters();
                    g.body(4);
                });
                self.put(")");
            }
            2 => {
                let (name, mutable) = (self.name(), self.random.one_in(2));
                self.put(&format!("(def {}{name} ", if mutable { "@" } else { "" }));
                self.expression(4);
                self.put(")");
                self.bind(&name, mutable);
            }
            3 => self.scoped(Self::define_macro),
            4 => {
                self.put("(def ");
                self.pattern_then(3, |g| {
                    g.put(" ");
                    g.expression(3);
                });
                self.put(")");
            }
            _ => self.expression(5),
        }
    }

    fn define_macro(&mut self) {
        let name = format!("m{}", self.random.below(4));
        let count = self.random.below(3);
        self.put(&format!("(defmacro {name} ["));
        let parameters: Vec<String> = (0..count).map(|i| format!("p{i}")).collect();
        self.put(&parameters.join(" "));
        let rest = self.random.one_in(3);
        self.put(if rest { " & ps] " } else { "] " });
        self.put("`");
        self.template(4, &parameters, rest);
        self.put(")");
        self.macros.push((name, count));
    }

    fn template(&mut self, depth: usize, parameters: &[String], rest: bool) {
        if depth == 0 || self.size > 4000 {
            self.atom();
            return;
        }
        match self.random.below(8) {
            0 | 1 if !parameters.is_empty() => {
                let parameter = self.random.pick(parameters).clone();
                self.put(&format!(",{parameter}"));
            }
            2 => {
                let name = self.name();
                self.put(&format!("(let [{name} "));
                self.template(depth - 1, parameters, rest);
                self.put("] ");
                self.template(depth - 1, parameters, rest);
                self.put(&format!(" {name})"));
            }
            3 if rest => self.put("(list ,;ps)"),
            4 => {
                self.put("[");
                self.template(depth - 1, parameters, rest);
                self.put(" ");
                self.template(depth - 1, parameters, rest);
                self.put("]");
            }
            5 => {
                let count = self.random.below(4);
                self.put("(begin");
                for _ in 0..count {
                    self.put(" ");
                    self.template(depth - 1, parameters, rest);
                }
                self.put(")");
            }
            6 => {
                self.put("(fn [x] ");
                self.template(depth - 1, parameters, rest);
                self.put(")");
            }
            _ => self.expression(depth - 1),
        }
    }

    fn parameters(&mut self) {
        self.put("[");
        for _ in 0..self.random.below(3) {
            self.pattern(2, false);
            self.put(" ");
        }
        if self.random.one_in(4) {
            let name = self.name();
            self.put(&format!("&opt {name} "));
            self.bind(&name, false);
        }
        match self.random.below(6) {
            0 => {
                let name = self.name();
                self.put(&format!("& {name}"));
                self.bind(&name, false);
            }
            1 => {
                let name = self.name();
                self.put(&format!("&keys {name}"));
                self.bind(&name, false);
            }
            2 => {
                let name = self.name();
                self.put(&format!("&named @{name}"));
                self.bind(&name, true);
            }
            _ => {}
        }
        self.put("] ");
    }

    /// A pattern; in `match`, also with literals.
    fn pattern(&mut self, depth: usize, literals: bool) {
        let name = self.name();
        match self.random.below(if depth == 0 { 3 } else { 9 }) {
            0 | 1 if literals => {
                let atom = *self.random.pick(&["1", "nil", ":a", "\"text\"", "()", "_", "2.5"]);
                self.put(atom);
            }
            1 if !literals => {
                self.put(&format!("@{name}"));
                self.bind(&name, true);
            }
            3 | 4 => {
                let (open, close) = *self.random.pick(&[("[", "]"), ("(", ")"), ("@[", "]")]);
                self.put(open);
                for _ in 0..self.random.below(3) {
                    self.pattern(depth - 1, literals);
                    self.put(" ");
                }
                if self.random.one_in(3) {
                    self.put(&format!("& {name}"));
                    self.bind(&name, false);
                }
                self.put(close);
            }
            5 => {
                self.put("{:a ");
                self.pattern(depth - 1, literals);
                if self.random.one_in(3) {
                    self.put(&format!(" & {name}"));
                    self.bind(&name, false);
                }
                self.put("}");
            }
            6 if literals => self.put("(or 1 2)"),
            7 => self.put("_"),
            _ => {
                self.put(&name);
                self.bind(&name, false);
            }
        }
    }

    fn atom(&mut self) {
        if !self.names.is_empty() && !self.random.one_in(3) {
            let (name, _) = self.random.pick(&self.names).clone();
            self.put(&name);
        } else {
            let atom = *self.random.pick(ATOMS);
            self.put(atom);
        }
    }

    fn body(&mut self, depth: usize) {
        for _ in 0..1 + self.random.below(3) {
            self.expression(depth);
            self.put(" ");
        }
    }

    fn expression(&mut self, depth: usize) {
        if depth == 0 || self.size > 4000 {
            self.atom();
            return;
        }
        let depth = depth - 1;
        match self.random.below(26) {
            0..=4 => self.atom(),
            5..=8 => self.call(depth),
            9 => self.form("if", &[depth, depth, depth]),
            10 => self.let_form(depth),
            11 => {
                self.put("(fn ");
                self.scoped(|g| {
                    g.parameters();
                    g.body(depth);
                });
                self.put(")");
            }
            12 => self.match_form(depth),
            13 => {
                self.put("(try ");
                self.scoped(|g| g.body(depth));
                self.put("(catch ");
                self.scoped(|g| {
                    g.pattern(1, false);
                    g.put(" ");
                    g.body(depth);
                });
                self.put("))");
            }
            14 => {
                let head =
                    *self.random.pick(&["protect", "begin", "block", "and", "or", "defer 1", "cond", "do", "block :k"]);
                self.put(&format!("({head} "));
                self.scoped(|g| g.body(depth));
                self.put(")");
            }
            15 => {
                self.put("(each ");
                self.scoped(|g| {
                    g.pattern(1, false);
                    g.put(" in ");
                    g.expression(depth);
                    g.put(" ");
                    g.body(depth);
                    if g.random.one_in(3) {
                        g.put("(break ");
                        g.expression(depth);
                        g.put(")");
                    }
                });
                self.put(")");
            }
            16 => {
                self.put("(let [@i 0] (while (< i ");
                let limit = *self.random.pick(&["3", "10", "100"]);
                self.put(limit);
                self.put(") (assign i (+ i 1)) ");
                self.scoped(|g| g.body(depth));
                self.put("))");
            }
            17 => match self.assignable() {
                Some(name) => {
                    self.put(&format!("(assign {name} "));
                    self.expression(depth);
                    self.put(")");
                }
                None => self.atom(),
            },
            18 if !self.macros.is_empty() => {
                let (name, count) = self.random.pick(&self.macros).clone();
                self.put(&format!("({name}"));
                for _ in 0..count {
                    self.put(" ");
                    self.expression(depth);
                }
                self.put(")");
            }
            19 => {
                let (open, close) = *self.random.pick(&[("[", "]"), ("@[", "]"), ("|", "|"), ("@|", "|")]);
                self.put(open);
                self.expression(depth);
                self.put(" ");
                self.expression(depth);
                self.put(close);
            }
            20 => {
                self.put("{:a ");
                self.expression(depth);
                self.put(" :b ");
                self.expression(depth);
                self.put("}");
            }
            21 => {
                self.put("(-> ");
                self.expression(depth);
                self.put(" (list 1) length)");
            }
            22 => {
                self.put("(case ");
                self.body(depth);
                self.put(")");
            }
            23 => {
                self.put("`(a ,");
                self.expression(depth);
                self.put(" ,;(list ");
                self.expression(depth);
                self.put("))");
            }
            24 => {
                let name = self.name();
                self.put(&format!("(begin (def {name} "));
                self.expression(depth);
                self.bind(&name, false);
                self.put(") ");
                self.body(depth);
                self.put(")");
            }
            _ => {
                self.put("(let [p (parameter 1)] (parameterize ((p ");
                self.expression(depth);
                self.put(")) ");
                self.scoped(|g| g.body(depth));
                self.put(" (p)))");
            }
        }
    }

    fn form(&mut self, head: &str, depths: &[usize]) {
        self.put(&format!("({head}"));
        for depth in depths {
            self.put(" ");
            self.expression(*depth);
        }
        self.put(")");
    }

    fn call(&mut self, depth: usize) {
        let (name, count) = *self.random.pick(FUNCTIONS);
        let count = if self.random.one_in(12) { self.random.below(5) } else { count };
        let name = if self.random.one_in(6) && !self.names.is_empty() {
            self.random.pick(&self.names).0.clone()
        } else {
            name.to_owned()
        };
        self.put(&format!("({name}"));
        for _ in 0..count {
            let before = if self.random.one_in(15) { " ;" } else { " " };
            self.put(before);
            self.expression(depth);
        }
        self.put(")");
    }

    fn let_form(&mut self, depth: usize) {
        let head = *self.random.pick(&["let", "let", "let", "let*", "letrec", "if-let", "when-let"]);
        let nested = self.random.one_in(4);
        self.put(&format!("({head} {}", if nested { "(" } else { "[" }));
        self.scoped(|g| {
            for _ in 0..1 + g.random.below(3) {
                g.put(if nested { "[" } else { " " });
                g.pattern_then(2, |g| {
                    g.put(" ");
                    g.expression(depth);
                });
                g.put(if nested { "]" } else { " " });
            }
            g.put(if nested { ") " } else { "] " });
            if head == "if-let" {
                g.expression(depth);
                g.put(" ");
                g.expression(depth);
            } else {
                g.body(depth);
            }
        });
        self.put(")");
    }

    fn match_form(&mut self, depth: usize) {
        self.put("(match ");
        self.expression(depth);
        for _ in 0..1 + self.random.below(3) {
            self.scoped(|g| {
                g.put(" ");
                g.pattern(3, true);
                if g.random.one_in(4) {
                    g.put(" when ");
                    g.expression(depth);
                }
                g.put(" ");
                g.expression(depth);
            });
        }
        self.put(" _ ");
        self.expression(depth);
        self.put(")");
    }
}
