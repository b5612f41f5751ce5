# What the scenarios share. Each defines `scenario`, a function that makes fibers, lets them work and checks what must hold;
# the text behind them runs it many times. The seed of the world decides who runs next, `roll` everything else.

(def sync ((import "std/sync")))
(def @dice 1)

(defn roll [n]
  (assign dice (mod (+ (* dice 1103515245) 12345) 2147483648))
  (mod (bit/shift-right dice 16) n))

(defn pause [] (when (= 0 (roll 2)) (ev/sleep 0)))

(defn check [holds what]
  (unless holds (error {:error :broken :message what})))

(defn count-up [n f]
  (let [@i 0]
    (while (< i n)
      (f i)
      (assign i (+ i 1)))))

# Whom the scenario lets be aborted, and when: set by the text that runs it.
(def @victim nil)
(def @turns 0)
(def @reached false)

# Runs functions in fibers of their own, aborts some of them, and waits for all. The fibers may fail by nothing else.
(defn run-all [& bodies]
  (let [fibers (map (fn [body] (ev/spawn body)) (->array bodies))
        aborter (ev/spawn
                  (fn []
                    (if (nil? victim)
                      (each f in fibers
                        (pause)
                        (pause)
                        (when (= 0 (roll 3)) (ev/abort f)))
                      (begin
                        (count-up turns (fn [_] (ev/sleep 0)))
                        (let [f (get fibers (mod victim (length fibers)))]
                          (unless (fiber/done? f)
                            (assign reached true)
                            (ev/abort f)))))))]
    (each [ok e] in (ev/join-protected fibers)
      (unless ok
        (check (= e {:error :aborted}) (string "a fiber failed: " (string/format "{}" e)))))
    (ev/join aborter)))
