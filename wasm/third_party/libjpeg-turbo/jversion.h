/* jversion.h - version texts of libjpeg-turbo; only its message table shows them. */
#define JVERSION "6b  27-Mar-1998"
#define JCOPYRIGHT1 "see NOTICE"
#define JCOPYRIGHT2 ""
#define JCOPYRIGHT_SHORT "Copyright (C) The libjpeg-turbo Project and many others"
