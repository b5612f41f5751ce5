# A mutable string may hold bytes that are no text. Whatever needs text of it raises an error then.
(defn broken [] (insert @"é" 1 65))
(let [s (broken)] s)   # => @"\xc3A\xa9"
(let [s (broken)] (string/upcase s))   # raises {:error :encoding-error :message "string-upcase: invalid UTF-8: invalid utf-8 sequence of 1 bytes from index 0"}
(let [s (broken)] (length s))   # raises {:error :encoding-error :message "length: invalid UTF-8: invalid utf-8 sequence of 1 bytes from index 0"}
(let [s (broken)] (get s 0))   # raises {:error :encoding-error :message "get: invalid UTF-8: invalid utf-8 sequence of 1 bytes from index 0"}
(let [s (broken)] (string s))   # raises {:error :encoding-error :message "string: invalid UTF-8: invalid utf-8 sequence of 1 bytes from index 0"}
(let [s (broken)] (slice s 0 1))   # raises {:error :encoding-error :message "slice: invalid UTF-8: invalid utf-8 sequence of 1 bytes from index 0"}
(let [s (broken)] (freeze s))   # raises {:error :encoding-error :message "freeze: invalid UTF-8: invalid utf-8 sequence of 1 bytes from index 0"}
(let [s (broken)] (string/size-of s))   # => 3
(let [s (broken)] (map identity s))   # raises {:error :encoding-error :message "each: invalid UTF-8: invalid utf-8 sequence of 1 bytes from index 0"}
(let [s (broken)] (has? s "A"))   # raises {:error :encoding-error :message "has?: invalid UTF-8: invalid utf-8 sequence of 1 bytes from index 0"}
(let [s (broken)] (json/serialize s))   # raises {:error :parse-error :message "Cannot serialize buffers to JSON"}
(let [s (broken)] (string/format "{}" s))   # raises {:error :encoding-error :message "string/format: invalid UTF-8: invalid utf-8 sequence of 1 bytes from index 0"}
(let [s (broken)] (string/split s "A"))   # raises {:error :encoding-error :message "string-split: invalid UTF-8: invalid utf-8 sequence of 1 bytes from index 0"}
(let [s (broken)] (keyword s))   # raises {:error :encoding-error :message "keyword: invalid UTF-8: invalid utf-8 sequence of 1 bytes from index 0"}
(let [s (broken)] (= s "x"))   # => false
(let [s (broken)] (< s "x"))   # => false
(let [s (broken)] (reverse s))   # raises {:error :encoding-error :message "reverse: invalid UTF-8: invalid utf-8 sequence of 1 bytes from index 0"}
(let [s (broken)] (first s))   # raises {:error :encoding-error :message "get: invalid UTF-8: invalid utf-8 sequence of 1 bytes from index 0"}
(let [s (broken)] (pop s))   # raises {:error :encoding-error :message "pop: invalid UTF-8: invalid utf-8 sequence of 1 bytes from index 0"}
(let [s (broken)] (bytes s))   # => b[195 65 169]
(let [s (broken)] (push s "x"))   # => @"\xc3A\xa9x"
(let [s (broken)] (string/find s "A"))   # raises {:error :encoding-error :message "string-find: invalid UTF-8: invalid utf-8 sequence of 1 bytes from index 0"}
(let [s (broken)] (put s 0 "A"))   # raises {:error :encoding-error :message "put: invalid UTF-8: invalid utf-8 sequence of 1 bytes from index 0"}
(let [s (broken)] (read s))   # raises {:error :encoding-error :message "read: invalid UTF-8: invalid utf-8 sequence of 1 bytes from index 0"}
(let [s (broken)] (parse-int s))   # raises {:error :encoding-error :message "parse-int: invalid UTF-8: invalid utf-8 sequence of 1 bytes from index 0"}
(let [s (broken)] (seq->set s))   # raises {:error :encoding-error :message "seq->set: invalid UTF-8: invalid utf-8 sequence of 1 bytes from index 0"}
(let [s (broken)] (path/join s "a"))   # raises {:error :encoding-error :message "path/join: invalid UTF-8: invalid utf-8 sequence of 1 bytes from index 0"}
(let [s (broken)] (s 0))   # raises {:error :encoding-error :message "get: invalid UTF-8: invalid utf-8 sequence of 1 bytes from index 0"}
(let [s (broken)] (pp s))   # prints @"\xc3A\xa9"
   # => @"\xc3A\xa9"
(let [s (broken)] (uri-encode s))   # raises {:error :encoding-error :message "uri-encode: invalid UTF-8: invalid utf-8 sequence of 1 bytes from index 0"}
(let [s (broken)] (append s "é"))   # => @"\xc3A\xa9\xc3\xa9"
(let [s (broken)] (rest s))   # raises {:error :encoding-error :message "rest: invalid UTF-8: invalid utf-8 sequence of 1 bytes from index 0"}
(let [s (broken)] (eval s))   # raises {:error :eval-error :message "eval: an @string that is not UTF-8 cannot be code"}
(let [s (broken)] (deep-freeze [s]))   # raises {:error :encoding-error :message "deep-freeze: invalid UTF-8 in a mutable string that is to be frozen"}
(let [s (broken)] (json/parse s))   # raises {:error :encoding-error :message "json/parse: invalid UTF-8: invalid utf-8 sequence of 1 bytes from index 0"}
(doc (let [s (broken)] s))   # raises {:error :encoding-error :message "doc: invalid UTF-8: invalid utf-8 sequence of 1 bytes from index 0"}
(import (let [s (broken)] s))   # raises {:error :type-error :message "import: expected string, got @string"}
(read (let [s (broken)] s))   # raises {:error :encoding-error :message "read: invalid UTF-8: invalid utf-8 sequence of 1 bytes from index 0"}
(let [s (broken)] (set s))   # raises {:error :encoding-error :message "set: invalid UTF-8 in a mutable string that is to be frozen"}
(let [s (broken)] (add || s))   # raises {:error :encoding-error :message "set: invalid UTF-8 in a mutable string that is to be frozen"}
(let [s (broken)] (has? || s))   # raises {:error :encoding-error :message "set: invalid UTF-8 in a mutable string that is to be frozen"}
(let [s (broken)] (seq->set [s]))   # raises {:error :encoding-error :message "set: invalid UTF-8 in a mutable string that is to be frozen"}
(let [s (broken)] (map identity @|1|) (put @|| s))   # raises {:error :encoding-error :message "set: invalid UTF-8 in a mutable string that is to be frozen"}
(let [s (broken)] (map (fn [_] s) |1|))   # raises {:error :encoding-error :message "set: invalid UTF-8 in a mutable string that is to be frozen"}
