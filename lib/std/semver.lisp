# Semantic versions, as in https://semver.org.
#
#   (def semver ((import "std/semver")))
#   (semver:compare "1.2.0" "1.10.0")  # => -1

(defn fail [text]
  (error {:error :semver-error :input text :message (string/format "semver: not a version: {}" text)}))

(defn digits? [text]
  (and (not (empty? text))
       (all? (fn [c] (has? "0123456789" c)) (map identity text))))

(defn numeric [part text]
  (if (and (digits? part) (or (= part "0") (not (string/starts-with? part "0"))))
    (try (parse-int part) (catch _ (fail text)))
    (fail text)))

(def identifier-letters "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-")

# Raises unless each part between dots is a word of letters, digits and hyphens.
(defn check-identifiers [words text]
  (each word in words
    (unless (and (not (empty? word))
                 (all? (fn [c] (has? identifier-letters c)) (map identity word)))
      (fail text))))

# The text before and after the first separator; the second is nil when there is none.
(defn cut [text separator]
  (let [at (string/find text separator)]
    (if (nil? at)
      [text nil]
      [(slice text 0 at) (slice text (+ at 1) (length text))])))

(defn parse [text]
  "A version's parts. The error has the text as :input.
  (semver:parse \"1.2.3-rc.1+b5\")  # => {:build \"b5\" :major 1 :minor 2 :patch 3 :pre \"rc.1\"}
  (semver:parse \"1.2\")  # raises :semver-error"
  (unless (string? text) (fail text))
  (let [[rest build] (cut text "+")
        [core pre] (cut rest "-")
        parts (string/split core ".")]
    (unless (= (length parts) 3) (fail text))
    (when pre
      (let [words (string/split pre ".")]
        (check-identifiers words text)
        (each word in words (when (digits? word) (numeric word text)))))
    (when build (check-identifiers (string/split build ".") text))
    {:major (numeric (get parts 0) text)
     :minor (numeric (get parts 1) text)
     :patch (numeric (get parts 2) text)
     :pre pre
     :build build}))

(defn valid? [text]
  "True for the text of a version.
  [(semver:valid? \"1.2.3\") (semver:valid? \"1.2\")]  # => [true false]"
  (let [[ok _] (protect (parse text))] ok))

(defn order [a b]
  (cond (< a b) -1 (> a b) 1 true 0))

# Numbers come before words, and are compared as numbers.
(defn compare-identifiers [a b]
  (match [(digits? a) (digits? b)]
    [true true] (order (parse-int a) (parse-int b))
    [true false] -1
    [false true] 1
    _ (order a b)))

(defn compare-pre [a b]
  (cond
    (and (nil? a) (nil? b)) 0
    (nil? a) 1
    (nil? b) -1
    true (let [as (string/split a ".") bs (string/split b ".")]
           (let [@i 0 @result 0]
             (while (and (= result 0) (< i (length as)) (< i (length bs)))
               (assign result (compare-identifiers (get as i) (get bs i)))
               (assign i (+ i 1)))
             (if (= result 0) (order (length as) (length bs)) result)))))

(defn first-difference [orders]
  (or (find (fn [o] (not (= o 0))) orders) 0))

(defn compare-versions [a b]
  "-1, 0 or 1: how two versions are ordered. What comes before a release, as 1.0.0-rc.1, is below it.
  (semver:compare \"1.2.0\" \"1.10.0\")  # => -1
  (semver:compare \"1.0.0\" \"one\")  # raises :semver-error"
  (let [x (parse a) y (parse b)]
    (first-difference
      [(order x:major y:major) (order x:minor y:minor) (order x:patch y:patch) (compare-pre x:pre y:pre)])))

(defn version-text [major minor patch]
  (string major "." minor "." patch))

# The least of all versions with these numbers: no pre-release of them is below it.
(defn first-of [major minor patch]
  (string (version-text major minor patch) "-0"))

# The first version that is no longer compatible: for ^, the leftmost part that is not 0 goes up.
(defn caret-limit [v]
  (cond
    (> v:major 0) (first-of (+ v:major 1) 0 0)
    (> v:minor 0) (first-of 0 (+ v:minor 1) 0)
    true (first-of 0 0 (+ v:patch 1))))

(defn satisfies-one? [version requirement]
  (let [text (string/trim requirement)
        operator (or (find (fn [o] (string/starts-with? text o)) [">=" "<=" "=" ">" "<" "^" "~"]) "")
        wanted (string/trim (slice text (length operator) (length text)))
        c (compare-versions version wanted)
        v (parse wanted)]
    (match operator
      ">=" (>= c 0)
      "<=" (<= c 0)
      ">" (> c 0)
      "<" (< c 0)
      "^" (and (>= c 0) (< (compare-versions version (caret-limit v)) 0))
      "~" (and (>= c 0) (< (compare-versions version (first-of v:major (+ v:minor 1) 0)) 0))
      _ (= c 0))))

(defn satisfies? [version requirements]
  "True if the version meets all requirements, which commas divide: = > >= < <= ^ ~ and a whole version. ^ keeps the
  leftmost number that is not 0, ~ keeps major and minor.
  (semver:satisfies? \"1.4.2\" \"^1.2.0, <1.5.0\")  # => true
  (semver:satisfies? \"1.4.2\" \"~1\")  # raises :semver-error"
  (all? (fn [requirement] (satisfies-one? version requirement)) (string/split requirements ",")))

(defn increment [version part]
  "The next version: the part is :major, :minor or :patch.
  (semver:increment \"1.2.3\" :minor)  # => \"1.3.0\"
  (semver:increment \"1.2.3\" :tiny)  # raises :semver-error"
  (let [v (parse version)]
    (match part
      :major (version-text (+ v:major 1) 0 0)
      :minor (version-text v:major (+ v:minor 1) 0)
      :patch (version-text v:major v:minor (+ v:patch 1))
      _ (error {:error :semver-error :message (string "semver: cannot increment " part)}))))

(fn []
  {:parse parse :valid? valid? :compare compare-versions :satisfies? satisfies? :increment increment})
