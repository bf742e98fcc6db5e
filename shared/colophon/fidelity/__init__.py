"""What a program can see between an original and its translation: values, blocks, links, figures and terms."""
