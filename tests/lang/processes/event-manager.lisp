## stderr event handler failed and is removed: oops
(def process ((import "std/process")))
(defn run [f] (let [out @[]] (process:start (fn [] (push out (f))) :log :none) (get out 0)))
(def log @[])
(def handler {:init (fn [tag] [tag 0])
              :handle-event (fn [event state]
                              (match event
                                :fail (if (= (get state 0) :b) (error :oops) [:ok state])
                                :leave (if (= (get state 0) :b) [:remove :gone] :keep)
                                _ (begin (push log [(get state 0) (get state 1) event]) [:ok [(get state 0) (+ 1 (get state 1))]])))
              :terminate (fn [reason state] (push log [:terminate reason state]))})
(defn clear [] (repeat (length log) (pop log)))
(defn managed [f] (begin (clear) (run (fn [] (let [m (process:event-manager-start-link :name :em)] (f m) nil))) (freeze log)))
(managed (fn [m] (process:event-manager-add-handler m handler :a) (process:event-manager-notify m :x) (process:event-manager-sync-notify :em :y) (push log :synced))) # => [[:a 0 :x] [:a 1 :y] :synced]
(run (fn [] (let [m (process:event-manager-start-link)] [(process:event-manager-add-handler m handler :a) (process:event-manager-add-handler m handler :b) (process:event-manager-remove-handler m 0) (process:event-manager-remove-handler m 7) (map (fn [h] (get h :id)) (process:event-manager-which-handlers m))]))) # => [0 1 :ok :ok [1]]
(managed (fn [m] (process:event-manager-add-handler m handler :a) (process:event-manager-add-handler m handler :b) (process:event-manager-sync-notify m :leave) (process:event-manager-sync-notify m :z))) # => [[:terminate :remove [:b 0]] [:a 0 :z]]
# A handler that fails is removed alone.
(managed (fn [m] (process:event-manager-add-handler m handler :b) (process:event-manager-add-handler m handler :a) (process:event-manager-sync-notify m :fail) (process:event-manager-sync-notify m :z))) # => [[:terminate [:error :oops] [:b 0]] [:a 0 :z]]
(run (fn [] (protect (process:event-manager-add-handler (process:event-manager-start-link) {:init (fn [_] (error :no))} 1)))) # => [false :no]
