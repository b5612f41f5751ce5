# Base64 (RFC 4648): bytes as text of 64 letters.
#
#   (def base64 ((import "std/base64")))
#   (base64:encode "hi")  # => "aGk="

(def letters "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
(def standard (bytes (string letters "+/")))
(def url (bytes (string letters "-_")))

(defn encode-with [alphabet padded? data]
  (let [input (bytes data) n (length input) out @b[]]
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

(defn decode-with [values text]
  (let [input (bytes text) n (without-padding input) out @b[]]
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

(fn []
  {:encode (fn [data] (encode-with standard true data))
   :encode-url (fn [data] (encode-with url false data))
   :decode (fn [text] (decode-with standard-values text))
   :decode-url (fn [text] (decode-with url-values text))})
