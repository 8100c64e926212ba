create schema evidence;
