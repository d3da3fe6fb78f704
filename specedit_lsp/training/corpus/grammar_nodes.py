"""The node kinds of tree-sitter's grammars: what a person would select, and what gives a name its role."""

from __future__ import annotations

SELECTABLE: dict[str, set[str]] = {
    "javascript": {
        "function_declaration", "generator_function_declaration", "class_declaration", "method_definition",
        "export_statement", "lexical_declaration", "variable_declaration", "expression_statement",
    },
    "typescript": {
        "function_declaration", "generator_function_declaration", "class_declaration", "method_definition",
        "abstract_class_declaration", "export_statement", "lexical_declaration", "interface_declaration",
        "type_alias_declaration", "enum_declaration", "expression_statement",
    },
    "c": {
        "function_definition", "struct_specifier", "enum_specifier", "union_specifier", "type_definition",
        "declaration",
    },
    "cpp": {
        "function_definition", "template_declaration", "class_specifier", "struct_specifier",
        "enum_specifier", "namespace_definition", "declaration", "type_definition",
    },
    "go": {
        "function_declaration", "method_declaration", "type_declaration", "const_declaration",
        "var_declaration",
    },
    "rust": {
        "function_item", "impl_item", "struct_item", "enum_item", "trait_item", "mod_item",
        "macro_definition", "const_item", "static_item",
    },
    "java": {
        "class_declaration", "interface_declaration", "enum_declaration", "record_declaration",
        "method_declaration", "constructor_declaration",
    },
    "shell": {
        "function_definition", "if_statement", "for_statement", "c_style_for_statement",
        "while_statement", "case_statement",
    },
    "css": {"rule_set", "media_statement", "keyframes_statement", "supports_statement", "at_rule"},
    "html": {"element", "script_element", "style_element"},
}  # fmt: skip
"""Kinds of nodes that make a block by themselves."""

NEIGHBOURLY: dict[str, set[str]] = {
    "javascript": {"import_statement", "lexical_declaration", "variable_declaration", "export_statement"},
    "typescript": {"import_statement", "lexical_declaration", "export_statement", "type_alias_declaration"},
    "c": {"preproc_include", "preproc_def", "preproc_function_def", "declaration"},
    "cpp": {"preproc_include", "preproc_def", "declaration", "using_declaration", "alias_declaration"},
    "go": {"import_declaration", "const_declaration", "var_declaration", "type_declaration"},
    "rust": {"use_declaration", "const_item", "static_item", "mod_item", "type_item"},
    "java": {"import_declaration", "field_declaration", "local_variable_declaration"},
    "shell": {"command", "pipeline", "redirected_statement", "variable_assignment", "declaration_command"},
    "css": {"rule_set", "import_statement"},
    "html": {"element"},
}
"""Kinds of nodes of which a few in a row make a block, such as imports and constants."""

LEADING = {"comment", "line_comment", "block_comment", "attribute_item", "decorator"}
"""Kinds that belong to the node below them."""

DECLARING = {
    "class": [
        "class_declaration.name", "abstract_class_declaration.name", "class.name", "record_declaration.name",
        "interface_declaration.name", "type_alias_declaration.name", "enum_declaration.name",
        "constructor_declaration.name", "annotation_type_declaration.name", "struct_specifier.name",
        "class_specifier.name", "union_specifier.name", "enum_specifier.name", "alias_declaration.name",
        "type_spec.name", "type_alias.name", "struct_item.name", "enum_item.name", "union_item.name",
        "trait_item.name", "type_item.name", "type_definition.declarator", "impl_item.type",
        "class_selector.",
    ],
    "function": [
        "function_declaration.name", "generator_function_declaration.name", "function_expression.name",
        "function_signature.name", "method_definition.name", "method_signature.name",
        "abstract_method_signature.name", "method_declaration.name", "method_elem.name",
        "function_item.name", "function_signature_item.name", "function_definition.name",
        "macro_definition.name", "preproc_function_def.name", "function_declarator.declarator",
    ],
    "parameter": [
        "formal_parameters.", "required_parameter.pattern", "optional_parameter.pattern",
        "arrow_function.parameter", "parameter_declaration.declarator", "parameter_declaration.name",
        "optional_parameter_declaration.declarator", "variadic_parameter_declaration.name",
        "parameter.pattern", "closure_parameters.", "formal_parameter.name", "spread_parameter.",
        "lambda_expression.parameters", "inferred_parameters.", "preproc_params.",
        "catch_formal_parameter.name", "catch_clause.parameter",
    ],
    "variable": [
        "variable_declarator.name", "var_spec.name", "const_spec.name", "const_item.name",
        "static_item.name", "enumerator.name", "preproc_def.name", "enhanced_for_statement.name",
        "resource.name", "variable_assignment.name", "assignment_expression.left", "for_in_statement.left",
        "declaration.declarator", "for_range_loop.declarator", "short_var_declaration.left",
        "assignment_statement.left", "range_clause.left", "let_declaration.pattern",
        "for_expression.pattern", "for_statement.variable", "declaration_command.", "keyframes_statement.",
    ],
    "attribute": [
        "field_access.field", "enum_constant.name", "enum_variant.name", "enum_assignment.name",
        "id_selector.",
    ],
}  # fmt: skip
"""The places, kind of parent and field, that give the name standing there a role; no field: in none."""

DECLARED = {
    (place.partition(".")[0], place.partition(".")[2] or None): role
    for role, places in DECLARING.items()
    for place in places
}

TRANSPARENT = {
    "pointer_declarator", "array_declarator", "init_declarator", "reference_declarator",
    "parenthesized_declarator", "qualified_identifier", "object_pattern", "array_pattern", "rest_pattern",
    "assignment_pattern", "object_assignment_pattern", "pair_pattern", "expression_list", "tuple_pattern",
    "mut_pattern", "ref_pattern", "reference_pattern", "class_name", "variable_declarator",
}  # fmt: skip
"""Kinds that hand the role they have on to the name in them, ..."""

TRANSPARENT_FIELDS = {None, "declarator", "name", "left", "pattern"}
"""... if it stands in one of these fields."""

NAMES: dict[str, str | None] = {
    "identifier": "name",
    "type_identifier": "name",
    "namespace_identifier": "name",
    "shorthand_property_identifier_pattern": "name",
    "shorthand_property_identifier": "name",
    "variable_name": "name",
    "property_identifier": "attribute",
    "field_identifier": "attribute",
    "attribute_value": "class",
    "word": None,
    "id_name": None,
    "keyframes_name": None,
}
"""Kinds of leaves that are names, and the role of one that nothing declares; None: it is no name then."""

UNNAMEABLE = {
    "constructor", "super", "this", "self", "Self", "nil", "null", "undefined", "true", "false",
    "iota", "auto", "bool", "byte", "rune", "string", "error", "any", "int", "int8", "int16", "int32",
    "int64", "uint", "uint8", "uint16", "uint32", "uint64", "uintptr", "float32", "float64",
    "complex64", "complex128", "int8_t", "int16_t", "int32_t", "int64_t", "uint8_t", "uint16_t",
    "uint32_t", "uint64_t", "size_t", "ssize_t", "ptrdiff_t", "wchar_t", "NULL", "FILE", "Object",
    "String", "Integer", "Boolean", "Override", "main", "require", "module", "exports", "console",
    "window", "document", "derive", "cfg", "std", "in", "is", "from", "def", "del", "pass", "not", "or",
    "and", "global", "lambda", "with", "async",
}  # fmt: skip
"""Words that are names to a grammar but belong to a language, not to the person who writes in it."""
