# Counts the words of a text.  lisle examples/wordcount.lisp [FILE]

(def path (match (sys/args) (path & _) path _ "examples/data/alice.txt"))

(defn letters-only [text]
  "The text in lower case, with a space for everything that is no letter, digit or apostrophe."
  (let [out @""]
    (each c in (string/downcase text)
      (push out (if (or (has? "abcdefghijklmnopqrstuvwxyz0123456789'" c)) c " ")))
    (freeze out)))

(defn words [line]
  (filter nonempty? (string/split (letters-only line) " ")))

(def lines (string/split (file/read path) "\n"))
(def counts @{})
(def @total 0)
(each line in lines
  (each word in (words line)
    (assign total (+ total 1))
    (put counts word (+ 1 (get counts word 0)))))

(println (- (length lines) 1) " lines, " total " words, " (length counts) " different ones")

# The most frequent first; equal counts in alphabetical order, because sorting is stable.
(def ranking (sort-by (fn [[_ n]] (- n)) (pairs counts)))
(each [word n] in (take 10 ranking)
  (println (string/format "{:>5} {}" n word)))
