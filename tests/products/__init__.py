"""Small products with the structure of the real ones, made from seeds; each generator names the format it follows."""
