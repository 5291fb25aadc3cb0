@rem npm start runs "exec node ..." so that no shell stands between npm and the program: Ctrl-C then ends npm with the
@rem program's own exit code, 130. cmd.exe has no exec; this is it.
@%*
