# Foreign text in a report cannot drive the terminal.
(error (string "red \27[31m and bell \7" (string b[27 91 51 49 109 7])))
