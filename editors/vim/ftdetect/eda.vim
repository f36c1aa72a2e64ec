autocmd BufNewFile,BufRead *.eda setfiletype eda
