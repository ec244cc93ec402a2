"""What our own cast of the body face is called, in files and in Typst."""

FAMILY = "Jianding Song"
FACE_NAME = "JiandingSong-Regular"
