# Running code that was compiled at run time.

(defn %eval-run [run]
  "Calls run; an error that it raises becomes the cause of an `:eval-error`."
  (try (run)
    (catch e
      (if (%raised-by-import? e)
        (error e)
        (error {:error :eval-error :cause e :message (string/format "eval: {}" e)})))))
