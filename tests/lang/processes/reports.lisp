## stderr   note: process 1 (:worker) ended: [:error {:error :bad :message "no"}]
## stderr   note: its last message was [:do :it]
## stderr   note: 1 unread messages
## stderr ✗ Runtime error: {:error :bad :message "no"}
# A process that dies of an error of which nobody is told is reported; the program goes on and ends well.
(def process ((import "std/process")))
(process:start (fn []
  (process:spawn (fn []
    (process:register :worker)
    (process:recv-match array?)
    (error {:error :bad :message "no"})))
  (process:send 1 :unread)
  (process:send 1 [:do :it])))
# What somebody is told of is not reported, nor what ends well.
(process:start (fn [] (process:spawn-monitor (fn [] (error :told))) (process:recv)))
# A function gets every end, as a struct.
(def ends @[])
(process:start (fn [] (process:spawn (fn [] (process:exit (process:self) :done))) (process:recv-within 1) 7)
               :log (fn [end] (push ends [(get end :pid) (get end :reason)])))
(ev/sleep 2)
(freeze ends) # => [[1 :done] [0 [:normal 7]]]
(process:start (fn [] (error :silent)) :log :none)
(let [out @[]] (process:start (fn []
  (process:supervisor-start-link [{:id :a :start (fn [] (process:register :a) (process:recv))}] :name :top)
  (process:recv-within 1)
  (push out (process:tree)))) (get out 0)) # => "0, running⏎  1 :top supervisor, waiting for a message⏎    2 :a, waiting for a message⏎"
