# Base64 (RFC 4648): bytes as text of 64 letters.
#
#   (def base64 ((import "std/base64")))
#   (base64:encode "hi")  # => "aGk="

(def letters "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
(def standard (bytes (string letters "+/")))
(def url (bytes (string letters "-_")))

# The bytes of what is to be encoded or decoded.
(defn octets [name data]
  (unless (or (string? data) (bytes? data))
    (error {:error :type-error
            :message (string "base64:" name ": expected string or bytes, got " (type-of data))}))
  (bytes data))

(defn encode-with [alphabet padded? input]
  (let [n (length input) out @b[]]
    (defn letter [bits shift]
      (push out (get alphabet (bit/and (bit/shr bits shift) 63))))
    (let [@i 0]
      (while (< i n)
        (let [left (- n i)
              b (if (> left 1) (get input (+ i 1)) 0)
              c (if (> left 2) (get input (+ i 2)) 0)
              bits (bit/or (bit/shl (get input i) 16) (bit/shl b 8) c)]
          (letter bits 18)
          (letter bits 12)
          (if (> left 1) (letter bits 6) (when padded? (push out 61)))
          (if (> left 2) (letter bits 0) (when padded? (push out 61))))
        (assign i (+ i 3))))
    (string (freeze out))))

(defn fail [reason position]
  (error {:error :base64-error :reason reason :position position
          :message (string/format "base64: {} at position {}" (string reason) position)}))

# The value of each letter, by its code.
(defn values-of [alphabet]
  (let [table @{} @i 0]
    (each code in alphabet
      (put table code i)
      (assign i (+ i 1)))
    (freeze table)))

(def standard-values (values-of standard))
(def url-values (values-of url))

(defn without-padding [input]
  (let [@n (length input)]
    (while (and (> n 0) (> n (- (length input) 2)) (= (get input (- n 1)) 61))
      (assign n (- n 1)))
    n))

(defn decode-with [values input]
  (let [n (without-padding input) out @b[]]
    (when (= (mod n 4) 1) (fail :invalid-length n))
    (let [@i 0 @bits 0 @count 0]
      (while (< i n)
        (let [value (get values (get input i))]
          (when (nil? value) (fail :invalid-char i))
          (assign bits (bit/and (bit/or (bit/shl bits 6) value) 16777215))
          (assign count (+ count 6))
          (when (>= count 8)
            (assign count (- count 8))
            (push out (bit/and (bit/shr bits count) 255))))
        (assign i (+ i 1))))
    (freeze out)))

(defn encode [data]
  "A string's or bytes' text in base64, padded with = to a multiple of four letters.
  (base64:encode \"hi\")  # => \"aGk=\"
  (base64:encode 5)  # raises :type-error"
  (encode-with standard true (octets "encode" data)))

(defn encode-url [data]
  "As encode, with - and _ in place of + and /, and without padding.
  (base64:encode-url b[251 255])  # => \"-_8\"
  (base64:encode-url nil)  # raises :type-error"
  (encode-with url false (octets "encode-url" data)))

(defn decode [text]
  "The bytes that a text in base64 stands for; it may be padded. The error has the :reason, :invalid-char or
  :invalid-length, and the :position.
  (base64:decode \"aGk=\")  # => b[104 105]
  (base64:decode \"a*\")  # raises :base64-error
  (base64:decode 5)  # raises :type-error"
  (decode-with standard-values (octets "decode" text)))

(defn decode-url [text]
  "As decode, with - and _ in place of + and /.
  (base64:decode-url \"-_8\")  # => b[251 255]
  (base64:decode-url \"+/8\")  # raises :base64-error
  (base64:decode-url :a)  # raises :type-error"
  (decode-with url-values (octets "decode-url" text)))

(fn []
  {:encode encode :encode-url encode-url :decode decode :decode-url decode-url})
