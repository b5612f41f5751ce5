# Regular expressions, matched in linear time: the syntax of the Rust crate `regex`, without look-around and
# back-references.
#
#   (def re ((import "std/regex")))
#   (re:find "[0-9]+" "a12b")  # => {:end 3 :groups [] :match "12" :named {} :start 1}
#
# Where a pattern is wanted, a string does, too; one that is used often is better compiled once, by re:compile.
# A match is a struct: :match its text, :start and :end its place (in characters, as slice counts), :groups the texts of
# the groups, nil for those that took no part, and :named a struct of those with names.

(defn compile [pattern &named ignore-case multi-line dot-all]
  (%regex-compile pattern
                  (string (if ignore-case "i" "") (if multi-line "m" "") (if dot-all "s" ""))))

(defn compiled [pattern]
  (if (string? pattern) (%regex-compile pattern "") pattern))

(defn text-of [text]
  (unless (string? text)
    (error {:error :type-error :message (string "regex: expected string, got " (type-of text))}))
  (freeze text))

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
  (let [@found nil]
    (each-struct pattern (text-of text) (fn [m _] (assign found m) true))
    found))

(defn find-all [pattern text]
  (let [found @[]]
    (each-struct pattern (text-of text) (fn [m _] (push found m) false))
    (freeze found)))

(defn match? [pattern text]
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
      (each-struct pattern text (fn [m places] (replaced places (by m)))))
    (push out (%byte-part text at (string/size-of text)))
    (freeze out)))

(defn split [pattern text]
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
   :replace (fn [pattern text by] (replace-up-to -1 pattern text by))
   :replace-first (fn [pattern text by] (replace-up-to 1 pattern text by))
   :split split
   :escape %regex-escape})
