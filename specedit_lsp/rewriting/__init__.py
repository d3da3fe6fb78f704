"""A rewrite as the editor's side sees it: its job, its hunks, its outcome. No pygls, no torch."""
