"""Other engines, behind OpenAI's HTTP API: vLLM, SGLang, llama.cpp, and whatever speaks it as well."""
