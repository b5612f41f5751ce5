# Regular expressions, matched in linear time: the syntax of the Rust crate `regex`, without look-around and
# back-references.
#
#   (def regex ((import "std/regex")))
#   (regex:find "[0-9]+" "a12b")  # => {:end 3 :groups [] :match "12" :named {} :start 1}
#
# Where a pattern is wanted, a string does, too; one that is used often is better compiled once, by regex:compile.
# A match is a struct: :match its text, :start and :end its place (in characters, as slice counts), :groups the texts of
# the groups, nil for those that took no part, and :named a struct of those with names.
#
# A string that is no regular expression raises :regex-error, with the :pattern and what is wrong with it.

(defn compile [pattern &named ignore-case multi-line dot-all]
  "A compiled pattern. Options: :ignore-case, :multi-line (^ and $ match at line ends), :dot-all (. matches line ends).
  (regex:match? (regex:compile \"abc\" :ignore-case true) \"xABCx\")  # => true
  (regex:compile \"(\")  # raises :regex-error
  (regex:compile 5)  # raises :type-error"
  (%regex-compile pattern
                  (string (if ignore-case "i" "") (if multi-line "m" "") (if dot-all "s" ""))))

(defn fail-type [expected value]
  (error {:error :type-error :message (string "regex: expected " expected ", got " (type-of value))}))

(defn compiled [pattern]
  (cond
    (string? pattern) (%regex-compile pattern "")
    (= (type-of pattern) :regex) pattern
    (fail-type "string or regex" pattern)))

(defn text-of [text]
  (if (string? text) (freeze text) (fail-type "string" text)))

# Calls f with the places of each match, and the byte at which the one before ended, until f gives a true value.
(defn each-match [regex text f]
  (let [@at 0 @last -1]
    (forever
      (let [places (%regex-find regex text at last)]
        (when (nil? places) (break))
        (when (f places at) (break))
        (assign at (get places 1))
        (assign last at)))))

(defn group [text places i]
  (let [start (get places (* 2 i))]
    (if (nil? start) nil (%byte-part text start (get places (+ 1 (* 2 i)))))))

# A match as a struct. `start` is the character at which it starts.
(defn match-struct [names text places start]
  (let [groups @[] named @{} whole (group text places 0) @i 1]
    (while (< i (length names))
      (let [part (group text places i) name (get names i)]
        (push groups part)
        (unless (nil? name) (put named name part)))
      (assign i (+ i 1)))
    {:match whole
     :start start
     :end (+ start (length whole))
     :groups (freeze groups)
     :named (freeze named)}))

# Calls f with each match as a struct, and its places, until f gives a true value. Characters are counted as it goes.
(defn each-struct [pattern text f]
  (let [regex (compiled pattern) names (%regex-names regex) @counted 0 @characters 0]
    (each-match regex text
      (fn [places _]
        (let [start (get places 0)]
          (assign characters (+ characters (%byte-part-length text counted start)))
          (assign counted start)
          (f (match-struct names text places characters) places))))))

(defn find [pattern text]
  "The first match as a struct; nil if there is none.
  (regex:find \"(?<year>[0-9]{4})-([0-9]+)\" \"in 2026-11\")  # => {:end 10 :groups [\"2026\" \"11\"] :match \"2026-11\" :named {:year \"2026\"} :start 3}
  (regex:find \"x\" \"abc\")  # => nil
  (regex:find \"x\" 5)  # raises :type-error"
  (let [@found nil]
    (each-struct pattern (text-of text) (fn [m _] (assign found m) true))
    found))

(defn find-all [pattern text]
  "All matches that do not overlap, as an array of structs.
  (map (fn [m] m:match) (regex:find-all \"[a-z]+\" \"one, two\"))  # => [\"one\" \"two\"]
  (regex:find-all \"x\" nil)  # raises :type-error"
  (let [found @[]]
    (each-struct pattern (text-of text) (fn [m _] (push found m) false))
    (freeze found)))

(defn match? [pattern text]
  "True if the pattern matches anywhere in the text. ^ and $ stand for its start and end.
  (regex:match? \"^[a-z]+$\" \"abc\")  # => true
  (regex:match? \"[\" \"abc\")  # raises :regex-error"
  (not (nil? (%regex-find (compiled pattern) (text-of text) 0 -1))))

# The text with matches replaced, at most `limit` of them: by a string, or by what a function makes of the match.
(defn replace-up-to [limit pattern text by]
  (let [text (text-of text) out @"" @at 0 @count 0]
    (defn replaced [places new]
      (push out (%byte-part text at (get places 0)))
      (push out new)
      (assign at (get places 1))
      (assign count (+ count 1))
      (= count limit))
    (if (string? by)
      (each-match (compiled pattern) text (fn [places _] (replaced places by)))
      (each-struct pattern text (fn [m places] (replaced places (text-of (by m))))))
    (push out (%byte-part text at (string/size-of text)))
    (freeze out)))

(defn replace [pattern text by]
  "The text with every match replaced: by a string as it is, or by what a function makes of the match. Such a function
  may wait.
  (regex:replace \"[0-9]+\" \"a1b22\" \"#\")  # => \"a#b#\"
  (regex:replace \"[0-9]+\" \"a1b22\" (fn [m] (string (inc (parse-int m:match)))))  # => \"a2b23\"
  (regex:replace \"a\" \"a\" 5)  # raises :type-error"
  (replace-up-to -1 pattern text by))

(defn replace-first [pattern text by]
  "As replace, for the first match only.
  (regex:replace-first \"[0-9]+\" \"a1b22\" \"#\")  # => \"a#b22\"
  (regex:replace-first \"a\" :a \"b\")  # raises :type-error"
  (replace-up-to 1 pattern text by))

(defn escape [text]
  "The text as a pattern that matches it and nothing else.
  (regex:escape \"1+1\")  # => \"1\\\\+1\"
  (regex:escape 5)  # raises :type-error"
  (%regex-escape text))

(defn split [pattern text]
  "The parts of the text between the matches, as an array of strings.
  (regex:split \", *\" \"a,b,  c\")  # => [\"a\" \"b\" \"c\"]
  (regex:split \",\" 5)  # raises :type-error"
  (let [text (text-of text) out @[] @at 0]
    (each-match (compiled pattern) text
      (fn [places _]
        (push out (%byte-part text at (get places 0)))
        (assign at (get places 1))
        false))
    (push out (%byte-part text at (string/size-of text)))
    (freeze out)))

(fn []
  {:compile compile
   :match? match?
   :find find
   :find-all find-all
   :replace replace
   :replace-first replace-first
   :split split
   :escape escape})
