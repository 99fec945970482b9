"""What charts look like, as numbers: places in percent of the width and pixels of height. Templates draw them as SVG.

Percents keep words at their size on any screen: a bar stretches, its letters don't.
"""
