-- startup: the whole process is what is timed
print("RESULT startup 1 0 0")
