# Arithmetic and comparison as functions. A direct call such as (+ a b) compiles to one instruction;
# these closures are what a program gets when it passes + or < as a value, or calls them with many arguments.

(defn + [& ns]
  "The sum of the numbers; 0 when there are none.
  (+ 1 2 3)  # => 6
  (+ 1 :a)  # raises :type-error"
  (if (empty? ns)
    0
    (let [@total (%+ (first ns)) @more (rest ns)]
      (while (pair? more)
        (assign total (+ total (first more)))
        (assign more (rest more)))
      total)))

(defn * [& ns]
  "The product of the numbers; 1 when there are none.
  (* 2 3 4)  # => 24
  (* 2 nil)  # raises :type-error"
  (if (empty? ns)
    1
    (let [@total (%* (first ns)) @more (rest ns)]
      (while (pair? more)
        (assign total (* total (first more)))
        (assign more (rest more)))
      total)))

(defn - [n & ns]
  "The first number less all the others; a single number is negated.
  (- 10 1 2)  # => 7
  (- \"a\")  # raises :type-error"
  (if (empty? ns)
    (%- n)
    (let [@total n @more ns]
      (while (pair? more)
        (assign total (- total (first more)))
        (assign more (rest more)))
      total)))

(defn / [n & ns]
  "The first number divided by all the others; the reciprocal of a single number. Integers divide towards zero.
  (/ 9 3 2)  # => 1
  (/ 1 0)  # raises :division-by-zero
  (/ 1 :a)  # raises :type-error"
  (if (empty? ns)
    (%/ n)
    (let [@total n @more ns]
      (while (pair? more)
        (assign total (/ total (first more)))
        (assign more (rest more)))
      total)))

(defn rem [a b]
  "The remainder of a division towards zero: it has the sign of a.
  (rem -7 2)  # => -1
  (rem 1 0)  # raises :division-by-zero
  (rem :a 1)  # raises :type-error"
  (%rem a b))

(defn mod [a b]
  "The remainder of a division towards minus infinity: it has the sign of b. Integers only.
  (mod -7 2)  # => 1
  (mod 1 0)  # raises :division-by-zero
  (mod 1.5 1)  # raises :type-error"
  (%mod a b))

(defn inc [n]
  "One more.
  (inc 1)  # => 2
  (inc :a)  # raises :type-error"
  (+ n 1))

(defn dec [n]
  "One less.
  (dec 1)  # => 0
  (dec nil)  # raises :type-error"
  (- n 1))

(defn < [a b & more]
  "True when each argument is less than the next: numbers, strings or keywords.
  (< 1 2 3)  # => true
  (< 1 \"a\")  # raises :type-error
  (< [1] [2])  # raises :type-error"
  (if (< a b)
    (let [@left b @rights more]
      (while (and (pair? rights) (< left (first rights)))
        (assign left (first rights))
        (assign rights (rest rights)))
      (empty? rights))
    false))

(defn <= [a b & more]
  "True when no argument is greater than the next: numbers, strings or keywords.
  (<= 1 1 2)  # => true
  (<= 1 :a)  # raises :type-error"
  (if (<= a b)
    (let [@left b @rights more]
      (while (and (pair? rights) (<= left (first rights)))
        (assign left (first rights))
        (assign rights (rest rights)))
      (empty? rights))
    false))

(defn > [a b & more]
  "True when each argument is greater than the next: numbers, strings or keywords.
  (> 3 2 1)  # => true
  (> nil 1)  # raises :type-error"
  (if (> a b)
    (let [@left b @rights more]
      (while (and (pair? rights) (> left (first rights)))
        (assign left (first rights))
        (assign rights (rest rights)))
      (empty? rights))
    false))

(defn >= [a b & more]
  "True when no argument is less than the next: numbers, strings or keywords.
  (>= 2 2 1)  # => true
  (>= 2 :a)  # raises :type-error"
  (if (>= a b)
    (let [@left b @rights more]
      (while (and (pair? rights) (>= left (first rights)))
        (assign left (first rights))
        (assign rights (rest rights)))
      (empty? rights))
    false))

(defn not [v & more]
  "True when v, and every further argument, is nil or false.
  (not nil false)  # => true"
  (if v
    false
    (let [@vs more]
      (while (and (pair? vs) (%not (first vs)))
        (assign vs (rest vs)))
      (empty? vs))))

(defn sum [ns]
  "The sum of a list's or array's numbers.
  (sum [1 2 3])  # => 6
  (sum [1 :a])  # raises :type-error
  (sum nil)  # raises :type-error"
  (%check-foldable ns)
  (let [@total 0]
    (each n in ns (assign total (+ total n)))
    total))

(defn product [ns]
  "The product of a list's or array's numbers.
  (product [2 3 4])  # => 24
  (product |1|)  # raises :type-error"
  (%check-foldable ns)
  (let [@total 1]
    (each n in ns (assign total (* total n)))
    total))

(defn min-key [f & xs]
  "The element for which f gives the least value; the first of several.
  (min-key abs -3 2)  # => 2
  (min-key abs)  # raises :argument-error
  (min-key identity 1 :a)  # raises :type-error"
  (let [@best (first xs) @best-key (f best)]
    (each x in (rest xs)
      (let [key (f x)]
        (when (< key best-key)
          (assign best x)
          (assign best-key key))))
    best))

(defn max-key [f & xs]
  "The element for which f gives the greatest value; the first of several.
  (max-key abs -3 2)  # => -3
  (max-key abs \"a\")  # raises :type-error"
  (let [@best (first xs) @best-key (f best)]
    (each x in (rest xs)
      (let [key (f x)]
        (when (> key best-key)
          (assign best x)
          (assign best-key key))))
    best))
