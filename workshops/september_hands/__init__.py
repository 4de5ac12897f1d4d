"""La main levée de septembre: how many new pupils of a lycée's 2des professionnelles say that they came before."""
